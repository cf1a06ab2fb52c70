import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryName } from '../../base/files.js';

/** A lock whose holder's machine cannot be asked is taken over after this many milliseconds. */
const longestHold = 60 * 60 * 1000;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once if another process holds the lock. */
  readonly onWait?: (holder: string) => void;
}

/**
 * Runs `work` while no other process of this user does the same under `path`, a folder that exists as long as the
 * lock is held. A lock left behind by a process that has died is taken over.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  for (let waits = 0; !(await take(path)); waits++) {
    options.signal?.throwIfAborted();
    const holder = await holderOf(path);
    if (await isAbandoned(path, holder)) {
      await discard(path, holder);
      continue;
    }
    if (waits === 0) options.onWait?.(holder);
    await sleep(300, undefined, options.signal ? { signal: options.signal } : {});
  }
  try {
    return await work();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(path, 'owner'), `${process.pid}@${hostname()}`);
  return true;
}

async function holderOf(path: string): Promise<string> {
  return readFile(join(path, 'owner'), 'utf8').catch(() => '');
}

async function isAbandoned(path: string, holder: string): Promise<boolean> {
  const since = (await stat(path).catch(() => null))?.mtimeMs;
  if (since === undefined) return false;
  const [pid, host] = holder.split('@');
  // Between mkdir and the owner's file there is a moment without a holder: wait for it.
  if (!pid) return Date.now() - since > 10_000;
  if (host !== hostname()) return Date.now() - since > longestHold;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Removes a dead lock. Of several waiting processes one renames it first; another that comes late and has moved the
 * winner's new lock aside instead sees the new owner and puts it back.
 */
async function discard(path: string, deadHolder: string): Promise<void> {
  const aside = temporaryName(path);
  if (
    !(await rename(path, aside).then(
      () => true,
      () => false,
    ))
  )
    return;
  if ((await holderOf(aside)) === deadHolder) await rm(aside, { recursive: true, force: true });
  else await rename(aside, path);
}
