import { type Evaluation, type RunRecord, runKey, unpackBits } from '../training/index.js';
import { type ConfidenceInterval, intervalOf, type VariancePart } from './interval.js';
import { type ConditionResult, commonSeeds } from './results.js';
import {
  PARTS,
  type Part,
  type PartWeights,
  type SeedSpread,
  type Spread,
  varianceOf,
} from './seed-spread.js';

/** An accuracy of a condition and its weight in a comparison. */
export interface ContrastTerm {
  readonly weight: number;
  readonly result: Pick<ConditionResult, 'condition' | 'images' | 'records'>;
  readonly of: Part;
}

/** A weighted sum of accuracies with its 95 % interval. */
export interface Contrast extends ConfidenceInterval {
  /** The sum for each seed that all terms have a finished run of. */
  readonly bySeed: readonly { readonly seed: number; readonly value: number }[];
  /** Where the variance between seeds comes from; of several sources, the weakest. */
  readonly spread: Spread['source'];
}

/**
 * Compares accuracies of conditions over the seeds that all of them have, such as CNN minus baseline (weights 1 and -1). Terms
 * of weight 0 are ignored; terms of one and the same measurement are added up first.
 *
 * Correctness of image i by the run of condition c and seed s is taken as a two-way random effects model:
 * y(c, s, i) = mean(c) + seed effect(c, s) + image effect(c, i) + interaction(c, s, i). The estimate, the sum over c of
 * w(c) times the mean over n seeds and N images, varies with both, and the interval covers both:
 *
 * - Seeds: w(c)² times the variance between seeds of condition c, over n; summed over conditions, whose runs are independent.
 *   Equal seeds of two conditions share initial weights or training subsets, if anything: their difference then varies
 *   less than is assumed. Accuracies of one run vary together, which `spread` knows. With one seed the variance comes
 *   from other runs, or is assumed.
 * - Images: the same ones are judged by all conditions, so the sum is taken image by image, d(i) = sum of w(c) times the mean
 *   over seeds of y(c, s, i), and var(d) / N is its variance: for two conditions and one seed that of a paired difference,
 *   as in McNemar's test. Half an imagined image for each way an answer may turn out (Agresti & Min 2005) keeps networks
 *   that agree on all images from being certain. Train, validation and test images are different ones: their parts add up.
 *   Training subsets vary with the seed and overlap: their part is the mean over seeds of var(d) / N, as if they were the same.
 *
 * The variance between seeds is that of accuracies over N images and holds the interaction already, over N; var(d) / N holds
 * it again. Counted twice, the interaction makes the interval too wide rather than too narrow.
 *
 * @param minus a constant to subtract, such as a published figure
 * @throws RangeError where no seed has a run of every term, or no term has a weight
 */
export function contrast(terms: readonly ContrastTerm[], spread: SeedSpread, minus = 0): Contrast {
  const weighted = conditionsOf(terms);
  const seeds = commonSeeds(weighted.map(({ result }) => result));
  if (seeds.length === 0) throw new RangeError('nothing to compare: no seed has a run of every term');
  const bySeed = seeds.map((seed) => ({ seed, value: sumOf(weighted, seed) - minus }));
  const spreads = weighted.map(({ result }) => spread(result));
  const parts = [...seedParts(weighted, spreads, seeds.length), ...imageParts(weighted, seeds)];
  const estimate = bySeed.reduce((sum, { value }) => sum + value, 0) / seeds.length;
  return { ...intervalOf(estimate, parts), bySeed, spread: weakest(spreads) };
}

/** "+3.1 points [+1.2, +5.0]" */
export function formatContrast({
  estimate,
  low,
  high,
}: Pick<ConfidenceInterval, 'estimate' | 'low' | 'high'>): string {
  return `${formatPoints(estimate)} points [${formatPoints(low)}, ${formatPoints(high)}]`;
}

/** A difference of shares in percentage points: 0.031 as "+3.1", with a true minus sign; "0.0" where it rounds to that. */
export function formatPoints(value: number, digits = 1): string {
  const size = Math.abs(100 * value).toFixed(digits);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}

/** A condition with the weights of its accuracies. */
interface WeightedCondition {
  readonly result: ContrastTerm['result'];
  readonly weights: PartWeights;
}

/** Terms of one condition together: its accuracies are of the same runs. */
function conditionsOf(terms: readonly ContrastTerm[]): WeightedCondition[] {
  const found = new Map<string, { result: ContrastTerm['result']; weights: [number, number, number] }>();
  for (const { weight, result, of } of terms) {
    const name = nameOf(result);
    const entry = found.get(name) ?? { result, weights: [0, 0, 0] };
    entry.weights[PARTS.indexOf(of)]! += weight;
    found.set(name, entry);
  }
  return [...found.values()].filter(({ weights }) => weights.some((weight) => Math.abs(weight) > ROUNDING));
}

/** Weights that cancel out leave no more than this. */
const ROUNDING = 1e-12;

/** Equal for terms of one condition, whichever of its seeds they hold. */
function nameOf({ records: [first] }: ContrastTerm['result']): string {
  return first ? runKey({ ...first.spec, seed: 0 }) : '';
}

const recordOf = ({ result }: WeightedCondition, seed: number): RunRecord =>
  result.records.find(({ spec }) => spec.seed === seed)!;

function sumOf(conditions: readonly WeightedCondition[], seed: number): number {
  let sum = 0;
  for (const condition of conditions) {
    const { results } = recordOf(condition, seed);
    for (const [i, part] of PARTS.entries()) sum += condition.weights[i]! * results![part].accuracy;
  }
  return sum;
}

/** One part for each class of comparable conditions, since each was estimated on its own. */
function seedParts(
  conditions: readonly WeightedCondition[],
  spreads: readonly Spread[],
  seeds: number,
): VariancePart[] {
  const byClass = new Map<string, VariancePart>();
  for (const [i, { weights }] of conditions.entries()) {
    const spread = spreads[i]!;
    const variance = (byClass.get(spread.class)?.variance ?? 0) + varianceOf(weights, spread) / seeds;
    byClass.set(spread.class, { of: 'seeds', variance, df: spread.df });
  }
  return [...byClass.values()];
}

/** A set of images that several conditions were judged on. */
interface ImageSums {
  /** The weighted sum of correctness, image by image. */
  readonly values: Float64Array;
  /** Sum of squared weights. */
  squares: number;
}

/** One part for each set of images. */
function imageParts(conditions: readonly WeightedCondition[], seeds: readonly number[]): VariancePart[] {
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
const hasSubset = ({ records }: ContrastTerm['result']): boolean => records[0]!.spec.split.train !== null;

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

const SOURCES = ['measured', 'recorded', 'assumed'] as const;

const weakest = (spreads: readonly Spread[]): Spread['source'] =>
  SOURCES[Math.max(...spreads.map(({ source }) => SOURCES.indexOf(source)))]!;
