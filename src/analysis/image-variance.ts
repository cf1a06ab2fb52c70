import { type Evaluation, type RunRecord, unpackBits } from '../training/index.js';
import type { VariancePart } from './interval.js';
import type { ConditionResult } from './results.js';
import { PARTS, type Part, type PartWeights } from './seed-spread.js';

/** A condition with the weights of its accuracies in a comparison. */
export interface WeightedCondition {
  readonly result: Pick<ConditionResult, 'condition' | 'images' | 'records'>;
  readonly weights: PartWeights;
}

export const recordOf = ({ result }: WeightedCondition, seed: number): RunRecord =>
  result.records.find(({ spec }) => spec.seed === seed)!;

/** A set of images that several conditions were judged on. */
interface ImageSums {
  /** The weighted sum of correctness, image by image. */
  readonly values: Float64Array;
  /** Sum of squared weights. */
  squares: number;
}

/** The variance of a weighted sum of accuracies over the images it was judged on: one part for each set of images. */
export function imageParts(
  conditions: readonly WeightedCondition[],
  seeds: readonly number[],
): VariancePart[] {
  const found: VariancePart[] = [];
  for (const [i, part] of PARTS.entries()) {
    const judged = conditions.filter(({ weights }) => weights[i] !== 0);
    const [varying, fixed] = partition(judged, ({ result }) => part === 'train' && hasSubset(result));
    const sums = seeds.flatMap((seed) => [...imageSums(varying, i, [seed]).values()]);
    found.push(...sums.map((sum) => imagePart(sum, seeds.length)));
    found.push(...[...imageSums(fixed, i, seeds).values()].map((sum) => imagePart(sum, 1)));
  }
  return found;
}

/** Whether the training images are a subset, which varies with the seed. */
const hasSubset = ({ records }: WeightedCondition['result']): boolean =>
  records[0]!.spec.split.train !== null;

/** Correctness over some seeds, by the set of images it is of. */
function imageSums(
  conditions: readonly WeightedCondition[],
  part: number,
  seeds: readonly number[],
): Map<string, ImageSums> {
  const sums = new Map<string, ImageSums>();
  for (const condition of conditions) {
    const weight = condition.weights[part]!;
    const name = imageSetOf(recordOf(condition, seeds[0]!), PARTS[part]!);
    for (const seed of seeds) {
      const bits = answersOf(recordOf(condition, seed).results![PARTS[part]!]);
      const count = bits.length;
      const sum = sums.get(name) ?? { values: new Float64Array(count), squares: 0 };
      sums.set(name, sum);
      for (let i = 0; i < count; i++) if (bits[i]) sum.values[i]! += weight / seeds.length;
    }
    sums.get(name)!.squares += weight ** 2;
  }
  return sums;
}

const unpacked = new WeakMap<Evaluation, Uint8Array>();

/** 1 for each image that was classified correctly; unpacked once, as many comparisons share a run. */
function answersOf(evaluation: Evaluation): Uint8Array {
  const found = unpacked.get(evaluation) ?? unpackBits(evaluation.correct, evaluation.count);
  unpacked.set(evaluation, found);
  return found;
}

/** Names the images and their order: equal for runs that were judged on the same ones. */
function imageSetOf({ spec: { dataset, split }, results }: RunRecord, part: Part): string {
  const { seed, validation, train, test } = split;
  const drawn = { train: [validation, train], validation: [validation], test: [test] }[part];
  return JSON.stringify([dataset, seed, ...drawn, results![part].count]);
}

/** @param among how many such sets the estimate is a mean over */
function imagePart({ values, squares }: ImageSums, among: number): VariancePart {
  const count = values.length;
  let [sum, sumOfSquares] = [0, squares / 2];
  for (const value of values) sum += value;
  // With two imagined images in all, symmetric around the mean.
  const center = sum / count;
  for (const value of values) sumOfSquares += (value - center) ** 2;
  const variance = sumOfSquares / (count + 1) / (count + 2);
  return { of: 'images', variance: variance / among, df: count + 1 };
}

function partition<T>(items: readonly T[], holds: (item: T) => boolean): [T[], T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
