import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { random } from '../base/random.js';
import { CLASS_COUNT, IMAGE_BYTES } from '../data/index.js';
import type { trainingProgram } from '../training/index.js';

/** Images and labels, as a training program takes them. */
export type Tables = Parameters<typeof trainingProgram>[1];

/** Names of the files in which contenders, also those in Python, find the arrays. */
export const IMAGES_FILE = 'images.bin';
export const LABELS_FILE = 'labels.bin';

/** Images written at a time: few, since the memory a process has used counts for the processes it starts. */
const CHUNK = 256;

/**
 * Writes seeded noise as uint8 images [count, 32, 32, 3] and labels [count] into a folder, for all contenders to read:
 * how long a step takes does not depend on what the images show.
 */
export async function writeArrays(folder: string, count: number, seed: number): Promise<void> {
  const stream = random(seed, 'benchmark');
  const labels = Uint8Array.from({ length: count }, () => stream.integer(0, CLASS_COUNT - 1));
  await writeFile(join(folder, LABELS_FILE), labels);
  const words = new Uint32Array((CHUNK * IMAGE_BYTES) / Uint32Array.BYTES_PER_ELEMENT);
  const file = await open(join(folder, IMAGES_FILE), 'w');
  try {
    for (let first = 0; first < count; first += CHUNK) {
      for (let i = 0; i < words.length; i++) words[i] = stream.uniform() * 2 ** 32;
      await file.write(new Uint8Array(words.buffer, 0, Math.min(CHUNK, count - first) * IMAGE_BYTES));
    }
  } finally {
    await file.close();
  }
}

export async function readArrays(folder: string): Promise<Tables> {
  const [images, labels] = await Promise.all([
    readFile(join(folder, IMAGES_FILE)),
    readFile(join(folder, LABELS_FILE)),
  ]);
  return { images: new Uint8Array(images.buffer, images.byteOffset, images.length), labels };
}
