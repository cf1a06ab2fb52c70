import { type Contrast, type ContrastTerm, contrast } from './contrast.js';
import { momentsOf, type Ratio } from './ratio.js';
import type { ConditionResult } from './results.js';
import { type Part, type SeedSpread, seedSpread } from './seed-spread.js';

/** Comparisons of conditions that share one estimate of the spread between seeds. Each throws RangeError without a common seed. */
export interface Comparisons {
  /** A weighted sum of accuracies, with its interval. @param minus a constant to subtract, such as a published figure */
  contrast(terms: readonly ContrastTerm[], minus?: number): Contrast;
  /** An accuracy with its interval. @param of default: test */
  accuracy(result: ConditionResult, of?: Part): Contrast;
  /** Accuracy of a minus that of b. @param of default: test */
  difference(a: ConditionResult, b: ConditionResult, of?: Part): Contrast;
  /** Train minus validation accuracy. @param against test: train minus test accuracy */
  gap(result: ConditionResult, against?: Part): Contrast;
  /** The gap of a minus that of b. */
  gapDifference(a: ConditionResult, b: ConditionResult, against?: Part): Contrast;
  /** @internal One weighted sum of accuracies over another. */
  ratio(numerator: readonly ContrastTerm[], denominator: readonly ContrastTerm[]): Ratio;
}

/**
 * Comparisons of these results, over the seeds and the test images that both sides share; see `contrast` for the model behind
 * the intervals.
 *
 * @param results all there are: the more, the better the spread between seeds is known
 * @param recorded runs from elsewhere, for the spread between seeds only
 * @example
 * ```ts
 * import { comparisons, formatContrast, MODELS, openStudy, resultsByCondition } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const settings = [MODELS.small, MODELS.baseline].map((model) => ({ model, images: 320 }));
 * const runs = await study.runSettings(settings);
 * const [small, baseline] = resultsByCondition(runs.map(({ record }) => record));
 * const lead = comparisons([small!, baseline!]).difference(small!, baseline!);
 * lead.low < lead.estimate && lead.estimate < lead.high; // => true
 * /points \[.+, .+\]/.test(formatContrast(lead)); // => true
 * ```
 */
export const comparisons = (
  results: readonly ConditionResult[],
  recorded: readonly ConditionResult[] = [],
): Comparisons => comparisonsWith(seedSpread(results, recorded));

export function comparisonsWith(spread: SeedSpread): Comparisons {
  const of = (terms: readonly ContrastTerm[], minus = 0) => contrast(terms, spread, minus);
  return {
    contrast: of,
    accuracy: (result, part = 'test') => withinShares(of([term(result, 1, part)])),
    difference: (a, b, part = 'test') => of([term(a, 1, part), term(b, -1, part)]),
    gap: (result, against) => of(gapTerms(result, 1, against)),
    gapDifference: (a, b, against) => of([...gapTerms(a, 1, against), ...gapTerms(b, -1, against)]),
    ratio: (numerator, denominator) => ratioOf(numerator, denominator, of),
  };
}

/** No accuracy is below 0 or above 1, though the approximate interval of one near an end may reach beyond. */
const withinShares = (accuracy: Contrast): Contrast => ({
  ...accuracy,
  low: Math.max(0, accuracy.low),
  high: Math.min(1, accuracy.high),
});

/**
 * An accuracy of a condition with its weight in a comparison: `term(small, 1), term(baseline, -1)` is their difference.
 *
 * @example
 * ```ts
 * import { recordedRuns, resultsByCondition, term } from 'whyconv';
 *
 * const [result] = resultsByCondition(await recordedRuns());
 * term(result!, -1); // => { weight: -1, result, of: 'test' }
 * ```
 */
export const term = (result: ConditionResult, weight: number, of: Part = 'test'): ContrastTerm => ({
  weight,
  result,
  of,
});

/** Train minus validation accuracy, or what else it is held against. */
export const gapTerms = (
  result: ConditionResult,
  weight: number,
  against: Part = 'validation',
): ContrastTerm[] => [term(result, weight, 'train'), term(result, -weight, against)];

const scaled = (terms: readonly ContrastTerm[], by: number): ContrastTerm[] =>
  terms.map((one) => ({ ...one, weight: by * one.weight }));

function ratioOf(
  top: readonly ContrastTerm[],
  bottom: readonly ContrastTerm[],
  of: (terms: readonly ContrastTerm[]) => Contrast,
): Ratio {
  const [numerator, denominator] = [of(top), of(bottom)];
  // The variance of a contrast is a quadratic form of its weights, which gives the covariance of two.
  const sum = of([...top, ...bottom]).se ** 2;
  const covariance = (sum - numerator.se ** 2 - denominator.se ** 2) / 2;
  const value = numerator.estimate / denominator.estimate;
  // A ratio to nothing says nothing, with whatever degrees of freedom.
  const { df } = Number.isFinite(value) ? of([...top, ...scaled(bottom, -value)]) : denominator;
  return { numerator: momentsOf(numerator), denominator: momentsOf(denominator), covariance, df };
}
