import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, runChild } from '../../src/base/child.js';

const node = (code: string, options: Parameters<typeof runChild>[2] = {}) =>
  runChild(process.execPath, ['-e', code], options);

test('the result holds status, output and the end of stderr; lines of stdout are reported as they arrive', async () => {
  const lines: string[] = [];
  const code = `process.stdout.write('one\\ntw'); process.stdout.write('o\\n');
    process.stderr.write('x'.repeat(1e5) + 'last'); process.exitCode = 3`;
  const result = await node(code, { onLine: (line) => lines.push(line) });
  assert.deepEqual([result.code, result.stdout, result.ended], [3, 'one\ntwo\n', 'exit code 3']);
  assert.deepEqual(lines, ['one', 'two']);
  assert.equal(result.stderr.length, 1 << 16);
  assert.ok(result.stderr.endsWith('xlast'));
});

test('a program that does not exist and one that is killed are results, not exceptions', async () => {
  const missing = await runChild('/no/such/program', []);
  assert.equal(missing.code, null);
  assert.match(missing.ended, /ENOENT/);
  const killed = await node(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)`);
  assert.deepEqual([killed.code, killed.ended], [null, 'signal SIGTERM']);
});

/** A program that starts another, which writes its process id to `file` and stays. */
const PARENT = (file: string) => `
  const child = "require('fs').writeFileSync(" + ${JSON.stringify(JSON.stringify(file))} + ", String(process.pid)); setInterval(() => {}, 1000)";
  require('child_process').spawn(process.execPath, ['-e', child], { stdio: 'inherit' });
  setInterval(() => {}, 1000)`;

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    // A killed process without a parent that waits for it stays as a zombie, which runs no more.
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (status === '' || / Z /.test(status)) return true;
    await sleep(20);
  }
  return false;
}

test('aborting kills the program and what it has started', async (t) => {
  if (!existsSync('/proc/self/stat')) return t.skip('the processes of this system cannot be looked up');
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-child-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'pid');
  const controller = new AbortController();
  const running = node(PARENT(file), { signal: controller.signal });
  let pid = 0;
  while (!pid) {
    await sleep(20);
    pid = Number(await readFile(file, 'utf8').catch(() => ''));
  }
  controller.abort();
  const { code, ended } = await running;
  assert.deepEqual([code, ended], [null, 'signal SIGKILL']);
  assert.ok(await isGone(pid));
});

test('a program that takes longer than its timeout is killed and said to have given no answer', async () => {
  const { code, ended } = await node('setInterval(() => {}, 1000)', { timeout: 100 });
  assert.deepEqual([code, ended], [null, 'no answer for 0.1 s']);
});

test('a signal that was aborted before kills the program at once', async () => {
  const { ended } = await node('setInterval(() => {}, 1000)', { signal: AbortSignal.abort() });
  assert.equal(ended, 'signal SIGKILL');
});

test('the last lines leave out empty ones', () => {
  assert.equal(lastLines('a\n\nb\n \nc\n\n', 2), 'b\n            c');
});
