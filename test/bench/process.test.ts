import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ContenderProcess } from '../../src/bench/process.js';

const READY = JSON.stringify({ ready: true, parameters: 3, versions: { some: '1' } });
const SERVE = `
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { steps } = JSON.parse(line);
  console.log(JSON.stringify({ work: 64 * steps, seconds: 2, loss: 1, peakMemoryBytes: 5 }));
});`;

/** A process that runs this JavaScript as a contender. */
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

describe("a contender's process", () => {
  it('is ready, answers each request, and ends when it is told', async (t) => {
    const process = contender(t, `console.log('a library speaks');console.log('${READY}');${SERVE}`);
    assert.deepEqual(await process.ready(), { ready: true, parameters: 3, versions: { some: '1' } });
    assert.equal((await process.time(2)).work, 128);
    assert.equal((await process.time(3)).work, 192);
    await process.end();
    await assert.rejects(process.time(1), /a contender of the benchmark failed: a model, a contender/);
  });

  it('that dies is reported with what it said last', async (t) => {
    const script = `console.error('out of memory');process.exit(3)`;
    await assert.rejects(contender(t, script).ready(), /exit code 3\s+out of memory[\s\S]*remedy/);
  });

  it('that dies during a request is reported', async (t) => {
    const script = `console.log('${READY}');process.stdin.once('data', () => process.kill(process.pid, 'SIGKILL'))`;
    const process = contender(t, script);
    await process.ready();
    await assert.rejects(process.time(1), /ended by SIGKILL/);
  });

  it('that cannot go on tells why and what to do', async (t) => {
    const failure = JSON.stringify({ error: 'no engine', remedy: 'install one' });
    const script = `console.log('${failure}');process.exitCode = 1`;
    await assert.rejects(contender(t, script).ready(), /no engine[\s\S]*remedy: +install one/);
  });

  it('that cannot be started is reported', async (t) => {
    const started = new ContenderProcess({ title: 'none', command: '/nonexistent/python', args: [] });
    t.after(() => started.end());
    await assert.rejects(started.ready(), /ENOENT/);
  });

  it('whose answer has another form is refused', async (t) => {
    await assert.rejects(contender(t, `console.log('{"ready":"perhaps"}');${SERVE}`).ready(), /ready/);
  });

  it('is not even started for long where the abort came before', async (t) => {
    const started = contender(t, `console.log('${READY}');${SERVE}`, AbortSignal.abort());
    await assert.rejects(started.ready(), (error: { exitCode?: number }) => error.exitCode === 130);
    await started.end();
  });

  it('is ended by an abort, even where it ignores signals and computes', async (t) => {
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
