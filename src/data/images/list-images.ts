import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { WhyconvError } from '../../base/errors.js';

/** One image file and its class, an index into the class names. */
export interface ImageFile {
  readonly path: string;
  /** Relative to the folder that was given, for messages and stamps. */
  readonly name: string;
  readonly label: number;
}

/** The image files of a folder with one subfolder per class. */
export interface ImageListing {
  /** Names of the class folders, in the order of their code units. */
  readonly classes: readonly string[];
  readonly files: readonly ImageFile[];
  /** Where the folder has a test set of its own: its files; `files` are then those for training. */
  readonly test?: readonly ImageFile[];
}

const IMAGE = /\.(png|jpe?g|jfif|webp)$/i;
const TEST_NAMES = ['test', 'val', 'valid', 'validation'];

/**
 * The images of a folder in the layout of torchvision's ImageFolder (`rose/1.jpg`, `tulip/2.png`), with or without folders
 * `train` and `test` (or `val`, `valid`, `validation`) around the classes, or one folder around everything. Within a class
 * images may be in further folders. Links are followed, hidden files and folders left out. Undefined where no subfolder holds
 * an image.
 */
export async function listImages(folder: string): Promise<ImageListing | undefined> {
  const names = await foldersIn(folder);
  const train = names.find((name) => name.toLowerCase() === 'train');
  const test = names.find((name) => TEST_NAMES.includes(name.toLowerCase()));
  if (train !== undefined && test !== undefined) {
    const classes = await classesIn(join(folder, train));
    if (classes.length > 0) {
      refuseUnknown(join(folder, test), await classesIn(join(folder, test)), classes);
      const files = await filesOf(folder, join(folder, train), classes);
      return { classes, files, test: await filesOf(folder, join(folder, test), classes) };
    }
  }
  const classes = await classesIn(folder);
  if (classes.length === 0) return undefined;
  const inner = join(folder, classes[0]!);
  if (classes.length === 1 && (await classesIn(inner)).length > 1) return listImages(inner);
  return { classes, files: await filesOf(folder, folder, classes) };
}

function refuseUnknown(folder: string, found: readonly string[], known: readonly string[]): void {
  const unknown = found.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new WhyconvError({
    what: 'the test set has classes that the training set lacks',
    where: folder,
    found: unknown.join(', '),
    expected: known.join(', '),
    remedy: 'give both the same class folders',
  });
}

/** Subfolders that hold an image, at any depth. */
async function classesIn(folder: string): Promise<string[]> {
  const names = await foldersIn(folder);
  const counts = await Promise.all(names.map(async (name) => (await imagesBelow(join(folder, name))).length));
  return names.filter((_, i) => counts[i]! > 0);
}

async function filesOf(root: string, folder: string, classes: readonly string[]): Promise<ImageFile[]> {
  const perClass = await Promise.all(
    classes.map(async (name, label) => {
      const paths = await imagesBelow(join(folder, name)).catch(() => []);
      return paths.map((path) => ({ path, name: relative(root, path), label }));
    }),
  );
  return perClass.flat();
}

async function foldersIn(folder: string): Promise<string[]> {
  const { folders } = await shownIn(folder);
  return folders.sort();
}

/** A folder's images at any depth; those of one reached twice, through links, once. */
async function imagesBelow(folder: string): Promise<string[]> {
  const seen = await foldersAround(folder);
  const walk = async (at: string): Promise<string[]> => {
    const real = await realpath(at);
    if (seen.has(real)) return [];
    seen.add(real);
    const { folders, files } = await shownIn(at);
    const found = [files.filter((name) => IMAGE.test(name)).map((name) => join(at, name))];
    // One after the other: which of two ways to a folder is taken must not depend on timing.
    for (const name of folders.sort()) found.push(await walk(join(at, name)));
    return found.flat();
  };
  return (await walk(folder)).sort();
}

/** What a link must not lead back to: the folders that hold this one, by its path and by where a link puts it. */
async function foldersAround(folder: string): Promise<Set<string>> {
  const around = new Set<string>();
  for (const start of [await realpath(dirname(folder)), dirname(await realpath(folder))])
    for (let at = start; !around.has(at); at = dirname(at)) around.add(at);
  return around;
}

/** Names in a folder that are people's, by what they are or link to. */
async function shownIn(folder: string): Promise<{ folders: string[]; files: string[] }> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => isShown(name));
  const areFolders = await Promise.all(entries.map((entry) => isFolder(folder, entry)));
  const pick = (folders: boolean) =>
    entries.filter((_, i) => areFolders[i] === folders).map(({ name }) => name);
  return { folders: pick(true), files: pick(false) };
}

/** A link to nothing is taken for a file, which cannot be read and is named. */
const isFolder = async (folder: string, entry: Dirent): Promise<boolean> =>
  entry.isSymbolicLink()
    ? stat(join(folder, entry.name)).then(
        (found) => found.isDirectory(),
        () => false,
      )
    : entry.isDirectory();

/** Hidden ones are not people's: macOS puts `._1.jpg` and `__MACOSX` into archives, Jupyter copies into `.ipynb_checkpoints`. */
const isShown = (name: string): boolean => !name.startsWith('.') && name !== '__MACOSX';
