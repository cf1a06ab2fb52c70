import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
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
 * images may be in further folders. Undefined where no subfolder holds an image.
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
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && isShown(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function imagesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const isImage = (entry: Dirent) => !entry.isDirectory() && isShown(entry.name) && IMAGE.test(entry.name);
  return entries
    .filter(isImage)
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Hidden files are not people's: macOS puts `._1.jpg` and `__MACOSX` into archives. */
const isShown = (name: string): boolean => !name.startsWith('.') && name !== '__MACOSX';
