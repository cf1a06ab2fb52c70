import { readdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf, WhyconvError } from '../base/errors.js';
import { hashFile } from '../net/index.js';
import type { StreamOptions } from './archive.js';
import { type BatchContent, readBatches } from './batches.js';
import type { BatchLayout } from './layout.js';
import { type Manifest, readManifest, withArchive, writeManifest } from './manifest.js';
import { readRefusal } from './refusals.js';

/** One unpacked dataset in the cache. */
export interface CacheEntry {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A cache entry and the images in it. */
export interface Unpacked extends CacheEntry {
  readonly content: BatchContent;
}

/** The datasets of the cache: official ones first, then the one unpacked last. */
export async function listCache(cacheDir: string): Promise<CacheEntry[]> {
  const names = await readdir(cacheDir).catch(() => []);
  const folders = names
    .filter((name) => /^cifar10-[0-9a-f]{16}$/.test(name))
    .map((name) => join(cacheDir, name));
  const read = await Promise.all(
    folders.map(async (folder) => ({ folder, manifest: await readManifest(folder) })),
  );
  const entries = read.flatMap(({ folder, manifest }) => (manifest ? [{ folder, manifest }] : []));
  const rank = ({ manifest }: CacheEntry) => `${manifest.official ? 1 : 0} ${manifest.unpacked}`;
  return entries.sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

/**
 * The cache entry an archive was unpacked to before, or null. An archive whose path, size, inode and times of
 * modification and of status change are those noted is taken to be the same file without reading it: a change of content
 * changes the last of these, which (unlike the modification time) no copying program restores. Where they differ, its whole SHA-256
 * decides, and the new stamp is noted. Either way the images themselves are compared with the manifest's fingerprint when read.
 */
export async function findUnpacked(
  cacheDir: string,
  archive: string,
  signal?: AbortSignal,
): Promise<CacheEntry | null> {
  const { path, stamp, bytes } = await stampOf(archive);
  const entries = await listCache(cacheDir);
  const known = entries.find(({ manifest }) =>
    manifest.archives.some((a) => a.path === path && a.stamp === stamp),
  );
  if (known) return known;
  const candidates = entries.flatMap((entry) => entry.manifest.archives.map((note) => ({ entry, note })));
  if (!candidates.some(({ note }) => note.bytes === bytes)) return null;
  const sha256 = await hashFile(archive, 'sha256', signal);
  const match = candidates.find(({ note }) => note.sha256 === sha256);
  if (!match) return null;
  const manifest = withArchive(match.entry.manifest, { ...match.note, path, stamp });
  // A cache that cannot be written to costs this shortcut, nothing else.
  await writeManifest(match.entry.folder, manifest).catch(() => {});
  return { folder: match.entry.folder, manifest };
}

/**
 * Reads a cache entry; null, after removing it, when its content is no longer what its manifest says: the caller has
 * the archive to unpack again.
 */
export async function readCached(
  entry: CacheEntry,
  layout: BatchLayout,
  options: StreamOptions = {},
): Promise<Unpacked | null> {
  try {
    const content = await readBatches(entry.folder, layout, options);
    if (content.fingerprint === entry.manifest.fingerprint) return { ...entry, content };
  } catch (error) {
    // A refusal of the content is damage; anything else (an interruption, no permission to read) is passed on.
    if (!(error instanceof WhyconvError) || isReadFailure(error)) throw error;
  }
  options.onProgress?.({
    task: 'data',
    fraction: 0,
    detail: `removing ${entry.folder}: its content is damaged`,
  });
  await rm(entry.folder, { recursive: true, force: true }).catch((error: unknown) => {
    throw damagedForGood(entry.folder, error);
  });
  return null;
}

function isReadFailure(error: WhyconvError): boolean {
  const code = codeOf(error.cause);
  return code !== undefined && code !== 'ENOENT';
}

/** What names a file and its state: path, size, inode, times of modification and of status change. */
export async function stampOf(archive: string): Promise<{ path: string; stamp: string; bytes: number }> {
  try {
    const path = await realpath(archive);
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
    return { path, stamp: [size, mtimeNs, ctimeNs, ino].join(':'), bytes: Number(size) };
  } catch (error) {
    throw readRefusal(error, archive);
  }
}

function damagedForGood(folder: string, error: unknown): WhyconvError {
  return new WhyconvError(
    {
      what: 'a damaged folder of the data cache cannot be removed',
      where: folder,
      found: messageOf(error),
      expected: 'content with the fingerprint its manifest names',
      remedy: 'remove the folder and run again',
    },
    { cause: error },
  );
}
