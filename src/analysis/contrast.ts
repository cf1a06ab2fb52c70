import { runKey } from '../training/index.js';
import { imageParts, recordOf, type WeightedCondition } from './image-variance.js';
import { type ConfidenceInterval, intervalOf, type VariancePart } from './interval.js';
import { type ConditionResult, commonSeeds } from './results.js';
import { PARTS, type Part, type SeedSpread, type Spread, varianceOf } from './seed-spread.js';

/** An accuracy of a condition and its weight in a comparison. */
export interface ContrastTerm {
  /** What the accuracy is multiplied by: 1 and -1 make a difference. */
  readonly weight: number;
  /** The runs whose accuracy it is. */
  readonly result: Pick<ConditionResult, 'condition' | 'images' | 'records'>;
  /** On which images: training, validation or test. */
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

/**
 * "+3.1 points [+1.2, +5.0]"
 *
 * @example
 * ```ts
 * import { formatContrast } from 'whyconv';
 *
 * formatContrast({ estimate: 0.031, low: 0.012, high: 0.05 }); // => '+3.1 points [+1.2, +5.0]'
 * ```
 */
export function formatContrast({
  estimate,
  low,
  high,
}: Pick<ConfidenceInterval, 'estimate' | 'low' | 'high'>): string {
  return `${formatPoints(estimate)} points [${formatPoints(low)}, ${formatPoints(high)}]`;
}

/**
 * A difference of shares in percentage points: 0.031 as "+3.1", with a true minus sign; "0.0" where it rounds to that.
 *
 * @example
 * ```ts
 * import { formatPoints } from 'whyconv';
 *
 * formatPoints(-0.031); // => '−3.1'
 * formatPoints(0.0001); // => '0.0'
 * ```
 */
export function formatPoints(value: number, digits = 1): string {
  const size = Math.abs(100 * value).toFixed(digits);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
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

const SOURCES = ['measured', 'recorded', 'assumed'] as const;

const weakest = (spreads: readonly Spread[]): Spread['source'] =>
  SOURCES[Math.max(...spreads.map(({ source }) => SOURCES.indexOf(source)))]!;
