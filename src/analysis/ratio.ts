import type { Contrast } from './contrast.js';
import { type PValues, t975, upperTail } from './interval.js';
import type { Proportion } from './statistics.js';

/** A ratio of two estimates. */
export interface Ratio {
  readonly numerator: Moments;
  readonly denominator: Moments;
  readonly covariance: number;
  readonly df: number;
}

export interface Moments {
  readonly estimate: number;
  readonly variance: number;
}

/** Ends of an interval; null where it is unbounded. */
export type Ends = readonly [low: number, high: number] | null;

/**
 * Fieller's (1954) interval of a ratio a / b: all R for which a − R b is within t standard errors of 0. Unlike the delta
 * method it knows when the denominator may be 0: there the ratio may be anything.
 *
 * @param t quantile of Student's t for the wanted confidence
 */
export function fieller({ numerator: a, denominator: b, covariance }: Ratio, t: number): Ends {
  const square = b.estimate ** 2 - t ** 2 * b.variance;
  if (square <= 0) return null;
  const middle = a.estimate * b.estimate - t ** 2 * covariance;
  const constant = a.estimate ** 2 - t ** 2 * a.variance;
  const root = Math.sqrt(Math.max(0, middle ** 2 - square * constant));
  return [(middle - root) / square, (middle + root) / square];
}

/** A difference of two ratios with its 95 % interval. */
export interface RatioDifference extends Proportion {
  readonly p: PValues;
}

/**
 * The difference of two ratios, a − b: Fieller's limits of each, combined by MOVER (Zou & Donner 2008): the distance to an end
 * is the root of the summed squares of the ratios' own distances. The ratios are taken as independent; ones that vary
 * together, as of networks judged on the same images do, have a narrower interval. P-values are those of the confidence at
 * which an end meets 0.
 *
 * @returns null where one of the denominators is not above 0 with 95 % confidence, so that its ratio says nothing
 */
export function ratioDifference(a: Ratio, b: Ratio): RatioDifference | null {
  if (a.denominator.estimate <= 0 || b.denominator.estimate <= 0) return null;
  const df = Math.min(a.df, b.df);
  const ends = (t: number): Ends => {
    const [endsOfA, endsOfB] = [fieller(a, t), fieller(b, t)];
    if (!endsOfA || !endsOfB) return null;
    const [left, right] = [quotient(a), quotient(b)];
    const below = Math.hypot(left - endsOfA[0], endsOfB[1] - right);
    const above = Math.hypot(endsOfA[1] - left, right - endsOfB[0]);
    return [left - right - below, left - right + above];
  };
  const found = ends(t975(df));
  if (!found) return null;
  const estimate = quotient(a) - quotient(b);
  const tail = upperTail(meetsZero(ends, estimate), df);
  const p = estimate >= 0 ? { above: tail, below: 1 - tail } : { above: 1 - tail, below: tail };
  return { estimate, low: found[0], high: found[1], p };
}

export const quotient = ({ numerator, denominator }: Ratio): number =>
  numerator.estimate / denominator.estimate;

/** The t at which the interval's nearer end meets 0, by bisection: the wider the interval, the larger t. */
function meetsZero(ends: (t: number) => Ends, estimate: number): number {
  const excludes = (t: number) => {
    const found = ends(t);
    return found !== null && (estimate >= 0 ? found[0] > 0 : found[1] < 0);
  };
  let [inside, outside] = [0, 1];
  while (excludes(outside) && outside < 1e3) [inside, outside] = [outside, 2 * outside];
  for (let step = 0; step < 60; step++) {
    const middle = (inside + outside) / 2;
    if (excludes(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}

/** Estimate and variance of a contrast. */
export const momentsOf = ({ estimate, se }: Contrast): Moments => ({ estimate, variance: se ** 2 });
