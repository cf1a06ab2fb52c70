import { formatPoints, type Summary } from '../analysis/index.js';
import { formatPercent } from '../base/format.js';

/** 0.7926 as "79.3 %". */
export const percent = formatPercent;

/**
 * A signed difference of shares in percentage points, bare for a table: "+2.1".
 *
 * @example
 * ```ts
 * import { signedPoints } from 'whyconv';
 *
 * signedPoints(0.021); // => '+2.1'
 * ```
 */
export const signedPoints = (difference: number, digits = 1): string => formatPoints(difference, digits);

/**
 * The same for a sentence: "+2.1 points".
 *
 * @example
 * ```ts
 * import { points } from 'whyconv';
 *
 * points(0.021); // => '+2.1 points'
 * ```
 */
export const points = (difference: number, digits = 1): string =>
  `${signedPoints(difference, digits)} points`;

/**
 * 1707274 as "1,707,274".
 *
 * @example
 * ```ts
 * import { integer } from 'whyconv';
 *
 * integer(1_707_274); // => '1,707,274'
 * ```
 */
export const integer = (value: number): string => Math.round(value).toLocaleString('en-US');

/**
 * Mean of shares over seeds with half the 95 % interval, where there is one: "79.3 % ± 0.8".
 *
 * @example
 * ```ts
 * import { meanPercent, summarize } from 'whyconv';
 *
 * meanPercent(summarize([0.7926])); // => '79.3 %'
 * meanPercent(summarize([0.79, 0.8, 0.81])); // => '80.0 % ± 2.5'
 * ```
 */
export function meanPercent({ mean, high }: Summary): string {
  return high === null ? percent(mean) : `${percent(mean)} ± ${(100 * (high - mean)).toFixed(1)}`;
}

/**
 * A dash for what there is none of.
 *
 * @example
 * ```ts
 * import { orDash } from 'whyconv';
 *
 * orDash(0.5, String); // => '0.5'
 * orDash(undefined, String); // => '–'
 * ```
 */
export function orDash<T>(value: T | null | undefined, format: (value: T) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}
