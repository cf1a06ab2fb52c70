import { entropyNats } from '../data/index.js';
import { type Matrix, singularValues } from './singular-values.js';

/** How alike the filters of one layer are. */
export interface FilterRedundancy {
  readonly filters: number;
  readonly weightsPerFilter: number;
  /** 1 to min(filters, weightsPerFilter), 0 where every weight is 0: how many directions the filters really use. */
  readonly effectiveRank: number;
  /** effectiveRank divided by the most it could be, 0 to 1. */
  readonly relativeRank: number;
  /** Mean |cosine| over all pairs of filters, 0 (orthogonal) to 1 (copies); null for a single filter. */
  readonly meanCosine: number | null;
}

/**
 * Redundancy of a filter bank. Compare a trained bank with the freshly initialized one of the same shape: random
 * filters are alike to some degree as well, the more so the fewer weights they have.
 *
 * @param kernel [..., in, filters], row-major, as the weights of a convolution or dense layer are
 */
export function filterRedundancy(kernel: Float32Array, shape: readonly number[]): FilterRedundancy {
  const bank = filterRows(kernel, shape);
  const effectiveRank = effectiveRankOf(singularValues(bank));
  return {
    filters: bank.rows,
    weightsPerFilter: bank.columns,
    effectiveRank,
    relativeRank: effectiveRank / Math.min(bank.rows, bank.columns),
    meanCosine: meanAbsoluteCosine(bank),
  };
}

/** One row a filter, its weights without the bias. */
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

/** Mean |cosine| over all pairs of rows; null where there is no pair. A row of zeros is at right angles to all. */
export function meanAbsoluteCosine({ rows, columns, data }: Matrix): number | null {
  if (rows < 2) return null;
  const unit = Array.from({ length: rows }, (_, r) =>
    normalized(data.subarray(r * columns, (r + 1) * columns)),
  );
  let sum = 0;
  for (let a = 0; a < rows; a++) {
    for (let b = a + 1; b < rows; b++) {
      let cosine = 0;
      for (let i = 0; i < columns; i++) cosine += unit[a]![i]! * unit[b]![i]!;
      sum += Math.abs(cosine);
    }
  }
  return sum / ((rows * (rows - 1)) / 2);
}

function normalized(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}
