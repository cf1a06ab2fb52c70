import { randomBytes } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InterruptedError, WhyconvError } from './errors.js';
import { ownerFile, ownerOf, removeLock } from './lock-folder.js';
import { LockWatch, untilNextLook } from './lock-watch.js';
import { processName } from './process-name.js';

export { type LockState, readLock, removeDeadLock } from './lock-folder.js';
export { LockWatch, untilNextLook } from './lock-watch.js';

/** Milliseconds between two heartbeats of a holder. */
const BEAT = 2_000;

export interface LockOptions {
  /** Ends the waiting; work that has begun hears of it from the caller. */
  readonly signal?: AbortSignal | undefined;
  /** Called once if another holds the lock, with the name of its process: "1234@node7". */
  readonly onWait?: ((holder: string) => void) | undefined;
  /** False does not wait for a holder that may be alive. @default true */
  readonly wait?: boolean | undefined;
  /** Milliseconds without a heartbeat after which the lock is taken over. @default 60,000 */
  readonly stale?: number | undefined;
}

/** The lock was taken over, since this process gave no heartbeat: it was stopped, or its machine was cut off. */
export class LockLostError extends WhyconvError {}

/** Another holds the lock, and the caller did not want to wait. */
export class LockHeldError extends WhyconvError {}

/**
 * Runs `work` while nobody else does the same under `path`: no other process, on any host that shares the folder, and no
 * other call in this one. `path` is a folder that exists as long as the lock is held; the holder touches the file inside as
 * its heartbeat. A lock whose process has died is taken over at once, one without a heartbeat once the waiting process has
 * watched it for `stale` milliseconds (by its own clock: those of two hosts may differ).
 *
 * On NFS: mkdir and rename are decided by the server, whichever client asks. If its answer is lost and the client asks again, it may
 * hear that the folder exists which it made itself: a lock without an owner, removed after `stale`. A heartbeat is seen in time
 * since the owner's file is opened before its time is read, and opening asks the server (close-to-open consistency, nfs(5)).
 * What others wrote to the folder of `path` before they released the lock is seen by the next holder, since making the lock
 * changes that folder, which makes a client forget what it knew of it.
 *
 * @param work its signal aborts when the lock is lost; that can only happen to a process that did not run for a while
 * @throws InterruptedError when `options.signal` aborts while waiting; LockHeldError where it must not wait; LockLostError when
 * `work` fails after the loss
 */
export async function withLock<T>(
  path: string,
  work: (lost: AbortSignal) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const owner = `${processName()} ${randomBytes(4).toString('hex')}`;
  await acquire(path, owner, options);
  const lost = new AbortController();
  const heart = setInterval(() => beat(path, owner, lost), BEAT).unref();
  try {
    return await work(lost.signal);
  } catch (error) {
    throw lost.signal.aborted ? new LockLostError({ what: 'a lock was lost', where: path }) : error;
  } finally {
    clearInterval(heart);
    if ((await ownerOf(path)) === owner) await removeLock(path);
  }
}

async function acquire(path: string, owner: string, options: LockOptions): Promise<void> {
  const { signal, onWait, wait = true, stale } = options;
  await mkdir(dirname(path), { recursive: true });
  const watch = new LockWatch(path, stale);
  for (let waited = false; !(await take(path, owner)); ) {
    const { state, holder } = await watch.look();
    if (state === 'free') continue;
    if (!wait)
      throw new LockHeldError({ what: 'another process holds the lock', where: path, found: holder });
    if (!waited) onWait?.(holder);
    waited = true;
    await untilNextLook(signal);
    if (signal?.aborted) throw interrupted(path, holder);
  }
}

async function take(path: string, owner: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await writeFile(ownerFile(path), owner);
  } catch (error) {
    await removeLock(path);
    throw error;
  }
  return true;
}

async function beat(path: string, owner: string, lost: AbortController): Promise<void> {
  const found = await ownerOf(path);
  const now = new Date();
  if (found === owner) await utimes(ownerFile(path), now, now).catch(() => undefined);
  else if (found !== '') lost.abort();
}

const interrupted = (path: string, holder: string): InterruptedError =>
  new InterruptedError({
    what: 'interrupted while waiting for another process',
    where: path,
    found: `the lock of process ${holder}`,
  });
