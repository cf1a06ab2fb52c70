import { formatPoints, type Summary } from '../analysis/index.js';
import { formatPercent } from '../base/format.js';

/** 0.7926 as "79.3 %". */
export const percent = formatPercent;

/** A signed difference of shares in percentage points, bare for a table: "+2.1". */
export const signedPoints = (difference: number, digits = 1): string => formatPoints(difference, digits);

/** The same for a sentence: "+2.1 points". */
export const points = (difference: number, digits = 1): string =>
  `${signedPoints(difference, digits)} points`;

/** 1707274 as "1,707,274". */
export const integer = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Mean of shares over seeds with half the 95 % interval, where there is one: "79.3 % ± 0.8". */
export function meanPercent({ mean, high }: Summary): string {
  return high === null ? percent(mean) : `${percent(mean)} ± ${(100 * (high - mean)).toFixed(1)}`;
}

/** A dash for what there is none of. */
export function orDash<T>(value: T | null | undefined, format: (value: T) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}
