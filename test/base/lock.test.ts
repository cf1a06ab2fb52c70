import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LockLostError, removeDeadLock, withLock } from '../../src/base/lock.js';
import { processName } from '../../src/base/process-name.js';
import { refusal } from '../support/refusal.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-lock-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A process that takes the lock and keeps it until it is killed. */
async function holderOf(path: string): Promise<{ pid: number; kill: () => Promise<void> }> {
  const module = JSON.stringify(require.resolve('../../src/base/lock.js'));
  const code = `require(${module}).withLock(process.argv[1], () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)); })`;
  const child = spawn(process.execPath, ['-e', code, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { pid: child.pid!, kill };
}

/** A lock that a process on another host took. */
async function foreignLock(path: string): Promise<string> {
  const owner = '7@another-host 00000000';
  await mkdir(path);
  await writeFile(join(path, 'owner'), owner);
  return owner;
}

test('of several calls one works at a time, and nothing is left of the lock', async () => {
  const path = join(folder, 'one');
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(20);
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(path, work)));
  assert.equal(most, 1);
  assert.ok(!existsSync(path));
});

test('a lock is released when the work fails', async () => {
  const path = join(folder, 'failed');
  await assert.rejects(
    withLock(path, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await withLock(path, async () => 'yes'), 'yes');
});

test('a lock is taken over as soon as its process has died, however long a heartbeat may be absent', async () => {
  const path = join(folder, 'dead');
  const holder = await holderOf(path);
  const waited: string[] = [];
  const taken = withLock(path, async () => 'taken', { onWait: (name) => waited.push(name), stale: 1e9 });
  while (waited.length === 0) await sleep(5);
  await holder.kill();
  assert.equal(await taken, 'taken');
  assert.deepEqual(waited, [processName().replace(/^\d+/, String(holder.pid))]);
});

test('a lock from another host is taken over once its heartbeat stands still, and not before', async () => {
  const path = join(folder, 'foreign');
  await foreignLock(path);
  let beats = 0;
  const heart = setInterval(() => void utimes(join(path, 'owner'), ++beats, beats), 100);
  let taken = false;
  const work = withLock(path, async () => readFile(join(path, 'owner'), 'utf8'), { stale: 1_000 });
  void work.then(() => {
    taken = true;
  });
  await sleep(2_000);
  assert.equal(taken, false);
  clearInterval(heart);
  assert.match(await work, new RegExp(`^${processName()} `));
});

test('whoever waits can be interrupted, and leaves the lock as it was', async () => {
  const path = join(folder, 'interrupted');
  const owner = await foreignLock(path);
  const controller = new AbortController();
  const waiting = withLock(path, async () => assert.fail('it never had the lock'), {
    signal: controller.signal,
    onWait: () => controller.abort(),
  });
  await assert.rejects(
    waiting,
    refusal({ what: 'interrupted while waiting', where: path, found: '7@another-host' }),
  );
  assert.equal(await readFile(join(path, 'owner'), 'utf8'), owner);
});

test('a holder whose lock was taken over is notified, fails with LockLostError, and leaves the new holder’s lock', async (t) => {
  const path = join(folder, 'lost');
  // The heartbeat alone keeps no process alive.
  const work = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(work));
  const holding = withLock(path, async (lost) => {
    await writeFile(join(path, 'owner'), '7@another-host 00000000');
    await once(lost, 'abort');
    throw new Error('stopped');
  });
  await assert.rejects(holding, LockLostError);
  assert.equal(await readFile(join(path, 'owner'), 'utf8'), '7@another-host 00000000');
});

test('locks of dead processes are removed on demand, others are not', async () => {
  const [dead, foreign] = [join(folder, 'leftover'), join(folder, 'of-another-host')];
  const holder = await holderOf(dead);
  await foreignLock(foreign);
  await removeDeadLock(dead);
  assert.ok(existsSync(dead), 'its process is alive');
  await holder.kill();
  for (const path of [dead, foreign, join(folder, 'absent')]) await removeDeadLock(path);
  assert.deepEqual([existsSync(dead), existsSync(foreign)], [false, true]);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});
