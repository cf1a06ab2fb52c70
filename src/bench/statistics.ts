/** The lowest and the highest of some measurements. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The middle value; of an even number of values, the mean of the two in the middle. Throws RangeError for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values have a median');
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
}

/** With the few repetitions of a benchmark, the range says more than an estimate of variance. */
export function range(values: readonly number[]): Range {
  if (values.length === 0) throw new RangeError('no values have a range');
  return { min: Math.min(...values), max: Math.max(...values) };
}
