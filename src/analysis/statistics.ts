import { studentTQuantile } from './student-t.js';

/** Mean of a sample with its 95 % confidence interval; with one value there is a mean and nothing more. */
export interface Summary {
  /** How many values. */
  readonly n: number;
  /** In the values' own unit. */
  readonly mean: number;
  /** Sample standard deviation (n - 1); null for one value. */
  readonly sd: number | null;
  /** Ends of the interval of Student's t; null for one value. */
  readonly low: number | null;
  /** The upper end. */
  readonly high: number | null;
}

/** A share with its 95 % interval. */
export interface Proportion {
  /** The share itself, 0 to 1. */
  readonly estimate: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/** 97.5 % quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/**
 * Arithmetic mean. Throws RangeError for no values.
 *
 * @example
 * ```ts
 * import { mean } from 'whyconv';
 *
 * mean([1, 2, 6]); // => 3
 * mean([]); // throws RangeError: the mean of no values
 * ```
 */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the mean of no values is not defined');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Sample standard deviation, divided by n - 1. Throws RangeError for fewer than two values.
 *
 * @example
 * ```ts
 * import { standardDeviation } from 'whyconv';
 *
 * standardDeviation([1, 3]); // => Math.sqrt(2)
 * standardDeviation([1]); // throws RangeError: at least two values
 * ```
 */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) throw new RangeError('a spread needs at least two values');
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Mean, spread and 95 % confidence interval of the mean, as over seeds: mean ± t(0.975, n - 1) sd / sqrt(n).
 *
 * @example
 * ```ts
 * import { summarize } from 'whyconv';
 *
 * summarize([0.79, 0.8, 0.81]); // => { n: 3, mean: 0.8, sd: 0.01, low: 0.775, high: 0.825 }
 * summarize([0.8]); // => { n: 1, mean: 0.8, sd: null, low: null, high: null }
 * ```
 */
export function summarize(values: readonly number[]): Summary {
  const centre = mean(values);
  const n = values.length;
  if (n === 1) return { n, mean: centre, sd: null, low: null, high: null };
  const sd = standardDeviation(values);
  const half = (studentTQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
  return { n, mean: centre, sd, low: centre - half, high: centre + half };
}

/**
 * {@link summarize} of a - b, pair by pair: the same seed, the same split. Throws RangeError on unequal lengths.
 *
 * @example
 * ```ts
 * import { pairedDifference } from 'whyconv';
 *
 * pairedDifference([0.8, 0.81], [0.7, 0.73]).mean; // => 0.09
 * ```
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): Summary {
  if (a.length !== b.length) throw new RangeError(`${a.length} values cannot be paired with ${b.length}`);
  return summarize(a.map((value, i) => value - b[i]!));
}

/**
 * Wilson's (1927) 95 % score interval of a share, such as an accuracy over n test images.
 *
 * @throws RangeError where `successes` of `n` is no share
 * @example
 * ```ts
 * import { wilsonInterval } from 'whyconv';
 *
 * wilsonInterval(10, 10); // => { estimate: 1, low: 0.722, high: 1 }
 * ```
 */
export function wilsonInterval(successes: number, n: number): Proportion {
  if (!(n > 0 && successes >= 0 && successes <= n)) throw new RangeError(`${successes} of ${n} is no share`);
  const p = successes / n;
  const z2 = Z95 ** 2;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { estimate: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
