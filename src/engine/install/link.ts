import { existsSync } from 'node:fs';
import { cp, lstat, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from '../../base/files.js';
import { addonIn, cacheFolder, findNativePackage, type NativePackage } from './layout.js';
import { cacheEntry, type Source, sources } from './source.js';

/** The folders of the package that contain its binary files. */
const parts = ['deps', 'lib'] as const;

/** Cache entries with an addon for this package and Node, best first. */
export async function cachedEntries(found: NativePackage): Promise<{ source: Source; folder: string }[]> {
  const cache = await cacheFolder();
  return sources()
    .map((source) => ({ source, folder: cacheEntry(cache, source, found) }))
    .filter(({ folder }) => existsSync(addonIn(folder, found.napi)));
}

/** Links the package's `lib` and `deps` to a cache entry; the addon finds its library in `../../deps/lib`. */
export async function linkPackage(found: NativePackage, entry: string): Promise<void> {
  for (const part of parts) await replaceByLink(join(found.folder, part), join(entry, part));
}

/**
 * Links an addon that was installed and verified earlier, since `npm ci` removes the links. Takes milliseconds, and does
 * nothing if an addon is in place or the cache has none.
 * @returns the linked entry's folder
 */
export async function linkFromCache(): Promise<string | undefined> {
  const found = findNativePackage();
  if (!found || existsSync(addonIn(found.folder, found.napi))) return undefined;
  const [best] = await cachedEntries(found);
  if (!best) return undefined;
  await linkPackage(found, best.folder);
  return best.folder;
}

/** Removes only links: files that the user has built in place are kept. */
export async function unlinkPackage(found: NativePackage): Promise<void> {
  for (const part of parts) {
    const path = join(found.folder, part);
    if ((await lstat(path).catch(() => null))?.isSymbolicLink()) await rm(path, { force: true });
  }
}

async function replaceByLink(path: string, target: string): Promise<void> {
  if ((await readlink(path).catch(() => null)) === target) return;
  const temporary = temporaryName(path);
  try {
    // A junction needs no privileges on Windows; other systems ignore the type.
    await symlink(target, temporary, 'junction').catch(() => cp(target, temporary, { recursive: true }));
    const old = await lstat(path).catch(() => null);
    // Renaming replaces a link in one step, but not a folder.
    if (old && !old.isSymbolicLink()) await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
