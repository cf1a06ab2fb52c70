import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BATCH_FOLDERS, BATCH_NAMES, CLASS_FILE, type Version } from './layout.js';

/** CIFAR-10 as it is on a disk. */
export type Found =
  | { readonly kind: 'batches'; readonly version: Version; readonly folder: string }
  | { readonly kind: 'archive'; readonly path: string };

/** "cifar-10-binary.tar.gz", "cifar-10-python (1).tar", "CIFAR10.tgz"; not CIFAR-100. */
const ARCHIVE = /^cifar[-_ ]?10(?!0).*\.(tar|tgz|gz)$/i;
const VERSIONS = ['binary', 'python'] as const;
const FILES_OF_BATCHES: ReadonlySet<string> = new Set([
  ...BATCH_NAMES.binary,
  ...BATCH_NAMES.python,
  CLASS_FILE,
  'batches.meta',
]);

/** The folder that a file of an unpacked archive stands for: people choose one of the batches. */
export function folderOfBatch(path: string): string | undefined {
  return FILES_OF_BATCHES.has(basename(path)) ? dirname(path) : undefined;
}

/** CIFAR-10 in a folder itself, in the folders of its archives there, or in an archive there. */
export async function findIn(folder: string): Promise<Found | undefined> {
  const inside = VERSIONS.map((version) => join(folder, BATCH_FOLDERS[version]));
  return (await findBatches([folder, ...inside])) ?? findArchive([folder]);
}

/**
 * The same, also in folders one level deeper, and two levels where the name of the first is CIFAR's: archives are unpacked into
 * folders of their name, and downloads are kept in folders of their own. Folders come before archives.
 */
export async function findBelow(folder: string): Promise<Found | undefined> {
  const below = await foldersIn(folder);
  const twice = await Promise.all(below.filter((path) => /cifar/i.test(basename(path))).map(foldersIn));
  const folders = [folder, ...below, ...twice.flat()];
  return (await findBatches(folders)) ?? findArchive(folders);
}

/** Of folders with batches the first that has all six, otherwise the first: what is missing is the reader's to report. */
async function findBatches(folders: readonly string[]): Promise<Found | undefined> {
  const names = await Promise.all(folders.map(namesIn));
  const withAtLeast = (count: number): Found | undefined => {
    for (const version of VERSIONS) {
      const has = (list: readonly string[]) =>
        BATCH_NAMES[version].filter((name) => list.includes(name)).length >= count;
      const at = names.findIndex(has);
      if (at >= 0) return { kind: 'batches', version, folder: folders[at]! };
    }
    return undefined;
  };
  return withAtLeast(BATCH_NAMES.binary.length) ?? withAtLeast(1);
}

/** The binary version comes before the Python version by its name. */
async function findArchive(folders: readonly string[]): Promise<Found | undefined> {
  for (const folder of folders) {
    const name = (await namesIn(folder)).filter((each) => ARCHIVE.test(each)).sort()[0];
    if (name !== undefined) return { kind: 'archive', path: join(folder, name) };
  }
  return undefined;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders.map((entry) => join(folder, entry.name)).sort();
}

/** None where the folder cannot be read. */
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
