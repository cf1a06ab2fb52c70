import type { Proportion } from './statistics.js';
import { studentTCdf, studentTQuantile } from './student-t.js';

/** One source of an estimate's variance. */
export interface VariancePart {
  /** Whether it is between seeds or between test images. */
  readonly of: 'seeds' | 'images';
  /** The squared standard error that it adds. */
  readonly variance: number;
  /** Degrees of freedom it was estimated with; infinite for a variance that is assumed. */
  readonly df: number;
}

/** One-sided p-values against 0. */
export interface PValues {
  /** Of a value so high or higher if the true one is 0 or below: small where the value is above 0. */
  readonly above: number;
  /** Small where the value is below 0. */
  readonly below: number;
}

/** A value with its 95 % confidence interval, and what its uncertainty consists of. */
export interface ConfidenceInterval extends Proportion {
  /** Standard error of the estimate, over all parts. */
  readonly se: number;
  /** Whole degrees of freedom of Student's t, at most 1,000. */
  readonly df: number;
  /** What the variance consists of. */
  readonly parts: readonly VariancePart[];
  /** One-sided p-values of the value against 0. */
  readonly p: PValues;
}

/** From here on Student's t is the normal distribution, within a thousandth of the quantile. */
const MAX_DF = 1000;

const quantiles = new Map<number, number>();

/** The 97.5 % quantile of Student's t. */
export function t975(df: number): number {
  const known = quantiles.get(df) ?? studentTQuantile(0.975, df);
  quantiles.set(df, known);
  return known;
}

/**
 * The interval of an estimate whose variance is a sum of parts that were estimated independently: Student's t with the
 * degrees of freedom of Satterthwaite (1946, "An approximate distribution of estimates of variance components"), rounded
 * down to a whole number, which makes the interval wider if anything.
 *
 * @throws RangeError where there is no variance: nothing measured is known exactly
 */
export function intervalOf(estimate: number, parts: readonly VariancePart[]): ConfidenceInterval {
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  if (!(variance > 0)) throw new RangeError('a value without variance has no interval');
  const se = Math.sqrt(variance);
  const df = degreesOfFreedom(parts);
  const half = t975(df) * se;
  const p = { above: upperTail(estimate / se, df), below: upperTail(-estimate / se, df) };
  return { estimate, low: estimate - half, high: estimate + half, se, df, parts, p };
}

function degreesOfFreedom(parts: readonly VariancePart[]): number {
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const spread = parts.reduce((sum, part) => sum + part.variance ** 2 / part.df, 0);
  const df = variance ** 2 / spread;
  return Math.max(1, Math.min(MAX_DF, Math.floor(df + 1e-9)));
}

/** P(T > t) of Student's t. */
export const upperTail = (t: number, df: number): number => Math.max(0, studentTCdf(-t, df));
