import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ContenderProcess } from '../../src/bench/contender-process.js';

const READY = JSON.stringify({ ready: true, parameters: 3, versions: { some: '1' } });
const SERVE = `
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { steps } = JSON.parse(line);
  console.log(JSON.stringify({ work: 64 * steps, seconds: 2, loss: 1, peakMemoryBytes: 5 }));
});`;

/** Starts a process that runs this JavaScript as a contender. */
function contender(t: TestContext, script: string, signal?: AbortSignal): ContenderProcess {
  const started = new ContenderProcess({
    title: 'a model, a contender',
    command: process.execPath,
    args: ['-e', script],
    signal,
  });
  t.after(() => started.end());
  return started;
}

describe('ContenderProcess', () => {
  it('reports that it is ready, answers each request, and ends on request', async (t) => {
    const process = contender(t, `console.log('output of a library');console.log('${READY}');${SERVE}`);
    assert.deepEqual(await process.ready(), { ready: true, parameters: 3, versions: { some: '1' } });
    assert.equal((await process.time(2)).work, 128);
    assert.equal((await process.time(3)).work, 192);
    await process.end();
    await assert.rejects(process.time(1), /a contender of the benchmark failed: a model, a contender/);
  });

  it('reports a crash with the last lines of stderr', async (t) => {
    const script = `console.error('out of memory');process.exit(3)`;
    await assert.rejects(contender(t, script).ready(), /exit code 3\s+out of memory[\s\S]*remedy/);
  });

  it('reports a crash during a request', async (t) => {
    const script = `console.log('${READY}');process.stdin.once('data', () => process.kill(process.pid, 'SIGKILL'))`;
    const process = contender(t, script);
    await process.ready();
    await assert.rejects(process.time(1), /ended by SIGKILL/);
  });

  it('passes on the reason and remedy that a failing contender sends', async (t) => {
    const failure = JSON.stringify({ error: 'no engine', remedy: 'install one' });
    const script = `console.log('${failure}');process.exitCode = 1`;
    await assert.rejects(contender(t, script).ready(), /no engine[\s\S]*remedy: +install one/);
  });

  it('reports a program that cannot be started', async (t) => {
    const started = new ContenderProcess({ title: 'none', command: '/nonexistent/python', args: [] });
    t.after(() => started.end());
    await assert.rejects(started.ready(), /ENOENT/);
  });

  it('refuses a malformed message', async (t) => {
    await assert.rejects(contender(t, `console.log('{"ready":"perhaps"}');${SERVE}`).ready(), /ready/);
  });

  it('ends at once if the signal was aborted before the start', async (t) => {
    const started = contender(t, `console.log('${READY}');${SERVE}`, AbortSignal.abort());
    await assert.rejects(started.ready(), (error: { exitCode?: number }) => error.exitCode === 130);
    await started.end();
  });

  it('is ended by an abort even if it ignores signals and is busy', async (t) => {
    const controller = new AbortController();
    const busy = `console.log('${READY}');process.on('SIGINT', () => {});process.stdin.once('data', () => { for (;;); })`;
    const started = contender(t, busy, controller.signal);
    await started.ready();
    const timing = started.time(1);
    const refused = assert.rejects(timing, (error: { exitCode?: number }) => error.exitCode === 130);
    await sleep(100);
    controller.abort();
    await refused;
    await started.end();
  });
});
