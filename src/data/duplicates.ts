import { IMAGE_BYTES } from './dataset.js';
import { imageCount } from './transforms.js';

/** Two equal images, each by set and index. */
export interface DuplicatePair {
  /** The first such image of its set. */
  readonly first: { readonly set: string; readonly index: number };
  /** Its copy, in the same set or in one that was named later. */
  readonly second: { readonly set: string; readonly index: number };
}

/**
 * Images equal, byte for byte, to an earlier one, each paired with the first such image of its own set and of every set
 * named before. A hash of the image finds candidates, a comparison of the bytes decides.
 *
 * @example
 * ```ts
 * import { exactDuplicates, shapesDataset } from 'whyconv';
 *
 * const { train } = shapesDataset({ train: 10, test: 10, seed: 0 });
 * const test = train.images.subarray(0, 3072); // its first image
 * exactDuplicates({ train: train.images, test }); // => [{ first: { set: 'train', index: 0 }, second: { set: 'test', index: 0 } }]
 * ```
 */
export function exactDuplicates(sets: Readonly<Record<string, Uint8Array>>): DuplicatePair[] {
  // Under each hash the first image of its content in each set.
  const firsts = new Map<number, { set: string; index: number; bytes: Uint8Array }[]>();
  const pairs: DuplicatePair[] = [];
  for (const [set, images] of Object.entries(sets)) {
    const count = imageCount(images);
    for (let index = 0; index < count; index++) {
      const bytes = images.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
      const hash = hashImage(bytes);
      const group = firsts.get(hash) ?? [];
      const equal = group.filter((other) => Buffer.compare(other.bytes, bytes) === 0);
      for (const first of equal)
        pairs.push({ first: { set: first.set, index: first.index }, second: { set, index } });
      if (equal.some((first) => first.set === set)) continue;
      firsts.set(hash, [...group, { set, index, bytes }]);
    }
  }
  return pairs;
}

/** FNV-1a (32 bits) over groups of four bytes. */
export function hashImage(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
