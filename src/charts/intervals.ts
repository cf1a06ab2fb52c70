import { PERCENT } from './chart-spec.js';
import { CHART_PALETTE } from './palette.js';

/** The ends of a 95 % interval, 0 to 1; absent or null where there is none. */
export interface Interval {
  /** Lower end. */
  readonly low?: number | null;
  /** Upper end. */
  readonly high?: number | null;
}

/**
 * The row with both ends of its interval, or with null for both. A row without an interval must not get one of zero width:
 * that would claim the figure to be exact.
 */
export function withInterval<Row extends Interval>(row: Row) {
  const { low, high } = row;
  const isInterval = low != null && high != null && low < high;
  return { ...row, low: isInterval ? low : null, high: isInterval ? high : null };
}

/** What a chart shows of the intervals among its rows: nothing if no row has one, and a dash in tooltips of rows without. */
export function intervalsOf(rows: readonly Interval[]) {
  const exist = rows.some((row) => withInterval(row).low !== null);
  return {
    exist,
    transform: exist ? [AS_TEXT] : [],
    tooltip: exist ? [{ field: '95 % interval', type: 'nominal' as const }] : [],
  };
}

const AS_TEXT = {
  calculate: `isValid(datum.low) ? format(datum.low, '${PERCENT}') + ' to ' + format(datum.high, '${PERCENT}') : '–'`,
  as: '95 % interval',
};

/** A rule from end to end of each interval there is, along an axis of accuracies. */
export function intervalRule(axis: 'x' | 'y') {
  const [low, high] = [{ field: 'low', type: 'quantitative' as const }, { field: 'high' }];
  return {
    transform: [{ filter: 'isValid(datum.low)' }],
    mark: { type: 'rule' as const, strokeWidth: 2, color: CHART_PALETTE.light.ink },
    encoding: axis === 'x' ? { x: low, x2: high } : { y: low, y2: high },
  };
}
