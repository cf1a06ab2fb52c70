import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError, WhyconvError } from './errors.js';
import { temporaryName } from './files.js';
import { processName, processState } from './process-name.js';

/** Milliseconds between two heartbeats of a holder, and between two looks of those who wait. */
const BEAT = 2_000;
const LOOK = 300;
/** Milliseconds without a heartbeat after which a holder has lost its lock. Long work between two turns of the event loop is not death. */
const STALE = 60_000;

export interface LockOptions {
  /** Ends the waiting; work that has begun hears of it from the caller. */
  readonly signal?: AbortSignal | undefined;
  /** Called once if another holds the lock, with the name of its process: "1234@node7". */
  readonly onWait?: ((holder: string) => void) | undefined;
  /** Milliseconds without a heartbeat after which the lock is taken over. @default 60,000 */
  readonly stale?: number | undefined;
}

/** The lock was taken over, since this process gave no heartbeat: it was stopped, or its machine was cut off. */
export class LockLostError extends WhyconvError {}

/**
 * Runs `work` while nobody else does the same under `path`: no other process, on any host that shares the folder, and no
 * other call in this one. `path` is a folder that exists as long as the lock is held; the holder touches the file inside as
 * its heartbeat. A lock whose process has died is taken over at once, one without a heartbeat once the waiting process has
 * watched it for `stale` milliseconds (by its own clock: those of two hosts may differ).
 *
 * @param work its signal aborts when the lock is lost; that can only happen to a process that did not run for a while
 * @throws InterruptedError when `options.signal` aborts while waiting; LockLostError when `work` fails after the loss
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
    if ((await ownerOf(path)) === owner) await rm(path, { recursive: true, force: true });
  }
}

/** Removes the lock at `path` if the process that held it has died. */
export async function removeDeadLock(path: string): Promise<void> {
  const owner = await ownerOf(path);
  if (processState(nameIn(owner)) === 'dead') await discard(path, owner);
}

async function acquire(path: string, owner: string, options: LockOptions): Promise<void> {
  const { signal, onWait, stale = STALE } = options;
  await mkdir(dirname(path), { recursive: true });
  let seen = { pulse: '', since: performance.now() };
  for (let looks = 0; !(await take(path, owner)); looks++) {
    const holder = await ownerOf(path);
    const pulse = `${holder} ${await heartbeat(path)}`;
    if (pulse !== seen.pulse) seen = { pulse, since: performance.now() };
    if (processState(nameIn(holder)) === 'dead' || performance.now() - seen.since > stale) {
      await discard(path, holder);
      continue;
    }
    if (looks === 0) onWait?.(nameIn(holder));
    // An aborted sleep rejects; what it means is said below.
    await sleep(LOOK, undefined, signal ? { signal } : {}).catch(() => undefined);
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
    await rm(path, { recursive: true, force: true });
    throw error;
  }
  return true;
}

/** Between mkdir and the owner's file, and while a late {@link discard} puts a lock back, there is no owner: ''. */
const ownerOf = (path: string): Promise<string> => readFile(ownerFile(path), 'utf8').catch(() => '');

const ownerFile = (path: string): string => join(path, 'owner');

const nameIn = (owner: string): string => owner.split(' ')[0]!;

const heartbeat = (path: string): Promise<number> =>
  stat(ownerFile(path)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

async function beat(path: string, owner: string, lost: AbortController): Promise<void> {
  const found = await ownerOf(path);
  const now = new Date();
  if (found === owner) await utimes(ownerFile(path), now, now).catch(() => undefined);
  else if (found !== '') lost.abort();
}

/**
 * Removes a dead lock. Of several waiting processes one renames it first; another that comes late and has moved the
 * winner's new lock aside instead sees the new owner and puts it back. (If a third has taken the place meanwhile, the
 * winner's next heartbeat finds that it has lost.)
 */
async function discard(path: string, deadOwner: string): Promise<void> {
  const aside = temporaryName(path);
  if (!(await renamed(path, aside))) return;
  const dead = (await ownerOf(aside)) === deadOwner;
  if (dead || !(await renamed(aside, path))) await rm(aside, { recursive: true, force: true });
}

const renamed = (from: string, to: string): Promise<boolean> =>
  rename(from, to).then(
    () => true,
    () => false,
  );

const interrupted = (path: string, holder: string) =>
  new InterruptedError({
    what: 'interrupted while waiting for another process',
    where: path,
    found: `the lock of process ${nameIn(holder)}`,
  });
