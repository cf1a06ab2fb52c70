import { readFile, rm, writeFile } from 'node:fs/promises';
import { WhyconvError } from '../base/errors.js';
import { codeOf } from './refusals.js';

/** Runs `work` while `path` holds this process's id; refuses if a living process holds it, takes over from a dead one. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const holder = Number(await readFile(path, 'utf8').catch(() => ''));
      if (attempt > 0 || isAlive(holder)) throw held(path, holder);
      await rm(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function held(path: string, pid: number): WhyconvError {
  return new WhyconvError({
    what: 'another process is downloading CIFAR-10',
    where: path,
    found: `the lock of process ${pid}`,
    expected: 'one download at a time',
    remedy: 'wait until it has ended; if there is no such process, remove the lock file',
  });
}
