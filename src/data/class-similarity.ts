/** How much the mean images of two classes have in common. */
export interface ClassSimilarity {
  /** Labels, the lower one first. */
  readonly labels: readonly [number, number];
  /** Pearson's r of the two mean images, pixel by pixel, without what is common to all classes: -1 to 1. */
  readonly correlation: number;
}

/**
 * Every pair of classes, the most alike first. The mean of all mean images is subtracted from each one before.
 *
 * @param means one image per class, of equal lengths
 * @example
 * ```ts
 * import { classSimilarities, meanImages, shapesDataset } from 'whyconv';
 *
 * const { train } = shapesDataset({ train: 100, test: 10, seed: 0 });
 * classSimilarities(meanImages(train)).length; // => 45
 * ```
 */
export function classSimilarities(means: readonly Float32Array[]): ClassSimilarity[] {
  const overall = Float64Array.from(means[0] ?? [], (_, i) => average(means.map((mean) => mean[i]!)));
  const own = means.map((mean) => Array.from(mean, (value, i) => value - overall[i]!));
  const pairs = own.flatMap((b, j) =>
    own.slice(0, j).map((a, i) => ({ labels: [i, j] as const, correlation: pearson(a, b) })),
  );
  return pairs.sort((x, y) => y.correlation - x.correlation);
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [average(a), average(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [x, y] = [value - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
