import {
  type Dataset,
  IMAGE_BYTES,
  type ImageSet,
  permutePixels,
  pixelPermutation,
  stratifiedSplit,
  stratifiedSubset,
} from '../data/index.js';
import type { RunSpec } from './run-spec.js';
import type { Tables } from './training-program.js';

/** Which images a run uses: indices into the dataset's training set, and for `test` into its test set. */
export interface SplitIndices {
  /** Into the training set, ascending. */
  readonly train: Uint32Array;
  /** Into the training set, ascending; none of them is in `train`. */
  readonly validation: Uint32Array;
  /** Into the test set, ascending. */
  readonly test: Uint32Array;
}

/**
 * Validation and test images are drawn by the split's seed, a training subset by the run's: seeds then vary in which
 * images they train on, and all are judged on the same ones.
 *
 * @example
 * ```ts
 * import { shapesDataset, splitIndices } from 'whyconv';
 *
 * const dataset = shapesDataset({ train: 100, test: 50, seed: 0 });
 * const split = { seed: 0, validation: 20, train: 40, test: null };
 * const { train, validation, test } = splitIndices(dataset, { split, seed: 1 });
 * [train.length, validation.length, test.length]; // => [40, 20, 50]
 * ```
 */
export function splitIndices(
  dataset: Pick<Dataset, 'train' | 'test'>,
  { split, seed }: Pick<RunSpec, 'split' | 'seed'>,
): SplitIndices {
  const { train: pool, validation } = stratifiedSplit(dataset.train.labels, {
    validation: split.validation,
    seed: split.seed,
  });
  const train = split.train === null ? pool : stratifiedSubset(dataset.train.labels, pool, split.train, seed);
  const all = Uint32Array.from({ length: dataset.test.count }, (_, i) => i);
  const test = split.test === null ? all : stratifiedSubset(dataset.test.labels, all, split.test, split.seed);
  return { train, validation, test };
}

/** The images of a run, transformed, in one table: training rows first, then validation, then test. */
export interface RunTables {
  readonly tables: Tables;
  readonly rows: SplitIndices;
}

export function runTables(dataset: Dataset, spec: Pick<RunSpec, 'split' | 'transform' | 'seed'>): RunTables {
  const indices = splitIndices(dataset, spec);
  const parts: [ImageSet, Uint32Array][] = [
    [dataset.train, indices.train],
    [dataset.train, indices.validation],
    [dataset.test, indices.test],
  ];
  const count = parts.reduce((sum, [, chosen]) => sum + chosen.length, 0);
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  let row = 0;
  const rows = parts.map(([set, chosen]) => {
    const first = row;
    for (const index of chosen) {
      images.set(set.images.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES), row * IMAGE_BYTES);
      labels[row++] = set.labels[index]!;
    }
    return Uint32Array.from(chosen, (_, i) => first + i);
  });
  const tables = { images: transformImages(images, spec), labels };
  return { tables, rows: { train: rows[0]!, validation: rows[1]!, test: rows[2]! } };
}

/** Applies a run's transform to images [count, 32, 32, 3]; a permutation is drawn by the run's seed. */
export function transformImages(
  images: Uint8Array,
  { transform, seed }: Pick<RunSpec, 'transform' | 'seed'>,
): Uint8Array {
  if (transform.kind === 'none') return images;
  return permutePixels(images, pixelPermutation(seed, transform.blockSize ?? undefined));
}
