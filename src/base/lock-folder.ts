import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from './files.js';
import { processState } from './process-name.js';

/*
 * What lies on disk while a lock is held: a folder, and in it a file with the owner's name that is touched as its heartbeat.
 */

/** Between mkdir and the owner's file, and while a late {@link discard} puts a lock back, there is no owner: ''. */
export const ownerOf = (path: string): Promise<string> => readFile(ownerFile(path), 'utf8').catch(() => '');

export const ownerFile = (path: string): string => join(path, 'owner');

/** The process's part of an owner's name. */
export const nameIn = (owner: string): string => owner.split(' ')[0]!;

/** When the owner last touched its file, by its own clock; 0 where there is none. */
export const heartbeat = (path: string): Promise<number> =>
  stat(ownerFile(path)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** What is known of a lock without taking it. */
export interface LockState {
  /** The name of its process: "1234@node7"; '' while it is not written yet. */
  readonly holder: string;
  /** Unix time in milliseconds, by the holder's clock: when it was taken, and its last heartbeat. */
  readonly takenAt: number;
  readonly beatAt: number;
}

/** The lock at `path`; undefined where nobody holds it, or only a process of this host that has died. */
export async function readLock(path: string): Promise<LockState | undefined> {
  const holder = nameIn(await ownerOf(path));
  const beatAt = await heartbeat(path);
  const folder = await stat(path).catch(() => undefined);
  if (!folder || processState(holder) === 'dead') return undefined;
  return { holder, takenAt: folder.mtimeMs, beatAt: beatAt || folder.mtimeMs };
}

/**
 * Removes the folder. NFS keeps a removed file that a process of this host has open under another name in the same folder, which
 * cannot be removed until that process, who looks at the lock, has closed it: a moment later.
 */
export const removeLock = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });

/** Removes the lock at `path` if the process that held it has died. */
export async function removeDeadLock(path: string): Promise<void> {
  const owner = await ownerOf(path);
  if (processState(nameIn(owner)) === 'dead') await discard(path, owner);
}

/**
 * Removes a dead lock. Of several waiting processes one renames it first; another that comes late and has moved the
 * winner's new lock aside instead sees the new owner and puts it back. (If a third has taken the place meanwhile, the
 * winner's next heartbeat finds that it has lost.)
 */
export async function discard(path: string, deadOwner: string): Promise<void> {
  const aside = temporaryName(path);
  if (!(await renamed(path, aside))) return;
  const dead = (await ownerOf(aside)) === deadOwner;
  if (dead || !(await renamed(aside, path))) await removeLock(aside);
}

const renamed = (from: string, to: string): Promise<boolean> =>
  rename(from, to).then(
    () => true,
    () => false,
  );
