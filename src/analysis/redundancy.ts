import { entropyNats } from '../data/index.js';
import { type Matrix, singularValues } from './singular-values.js';

/** How redundant the filters of one layer are. */
export interface FilterRedundancy {
  /** Number of filters in the layer. */
  readonly filters: number;
  /** 1 to min(filters, weights per filter), 0 where every weight is 0: how many directions the filters really use. */
  readonly effectiveRank: number;
  /** effectiveRank divided by the largest it could be, 0 to 1. */
  readonly relativeRank: number;
}

/**
 * Redundancy of a filter bank. Compare a trained bank with the freshly initialized one of the same shape: random
 * filters are alike to some degree as well, the more so the fewer weights they have.
 *
 * @param kernel [..., in, filters], row-major, as the weights of a convolution or dense layer are
 * @example
 * ```ts
 * import { filterRedundancy } from 'whyconv';
 *
 * // Two equal filters of 1 x 1 pixel and two channels use one direction of two.
 * filterRedundancy(Float32Array.of(1, 1, 2, 2), [1, 1, 2, 2]); // => { filters: 2, effectiveRank: 1, relativeRank: 0.5 }
 * ```
 */
export function filterRedundancy(kernel: Float32Array, shape: readonly number[]): FilterRedundancy {
  const bank = filterRows(kernel, shape);
  const effectiveRank = effectiveRankOf(singularValues(bank));
  return {
    filters: bank.rows,
    effectiveRank,
    relativeRank: effectiveRank / Math.min(bank.rows, bank.columns),
  };
}

/** One row per filter: its weights without the bias. */
export function filterRows(kernel: Float32Array, shape: readonly number[]): Matrix {
  const filters = shape.at(-1) ?? 0;
  const columns = kernel.length / filters;
  if (shape.reduce((product, n) => product * n, 1) !== kernel.length || filters === 0) {
    throw new RangeError(`${kernel.length} weights do not have the shape [${shape.join(', ')}]`);
  }
  const data = new Float64Array(kernel.length);
  for (let i = 0; i < kernel.length; i++) {
    data[(i % filters) * columns + Math.floor(i / filters)] = kernel[i]!;
  }
  return { rows: filters, columns, data };
}

/** exp of the entropy of the singular values divided by their sum (Roy & Vetterli 2007, "The effective rank"); 0 if all are 0. */
export function effectiveRankOf(values: ArrayLike<number>): number {
  const list = Array.from(values);
  return list.some((value) => value > 0) ? Math.exp(entropyNats(list)) : 0;
}
