import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, orDash, PERCENT } from './chart-spec.js';
import { type Interval, intervalRule, intervalsOf, withInterval } from './intervals.js';
import { CHART_PALETTE } from './palette.js';
import { modelScales } from './series.js';

/** A measured accuracy next to the published one; both 0 to 1. */
export interface AccuracyRow extends Interval {
  /** Its name, which decides its color. */
  readonly model: string;
  /** As measured. */
  readonly accuracy: number;
  /** What the original study printed; absent: nothing. */
  readonly published?: number;
}

/**
 * How accurate is each model, and how close to the published figure?
 *
 * @example
 * ```ts
 * import { accuracyByModel, drawChart } from 'whyconv';
 *
 * const rows = [{ model: 'small', accuracy: 0.62, published: 0.609 }];
 * (await drawChart(accuracyByModel(rows))).svg.includes('small'); // => true
 * ```
 */
export function accuracyByModel(rows: readonly AccuracyRow[], title = 'test accuracy'): ChartSpec {
  const { domain, color } = modelScales(rows);
  const values = rows.map((row) => ({
    ...withInterval(row),
    difference: row.published === undefined ? null : row.accuracy - row.published,
  }));
  const intervals = intervalsOf(values);
  const isPublished = rows.some((row) => row.published !== undefined);
  return {
    ...FRAME,
    height: 40 * rows.length,
    data: { values },
    transform: [
      ...intervals.transform,
      orDash('published', 'published as', PERCENT),
      orDash('difference', 'differs by', '+.1%'),
    ],
    encoding: {
      y: { field: 'model', type: 'nominal', title: null, sort: domain },
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'accuracy', type: 'quantitative', title: 'measured', format: PERCENT },
        ...intervals.tooltip,
        { field: 'published as', type: 'nominal', title: 'published' },
        { field: 'differs by', type: 'nominal', title: 'difference' },
      ],
    },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.62 } },
        encoding: {
          x: {
            field: 'accuracy',
            type: 'quantitative',
            title,
            axis: { format: '.0%', grid: true, tickCount: 6 },
            scale: { domainMin: 0 },
          },
          color: { field: 'model', type: 'nominal', legend: null, scale: color },
        },
      },
      ...(intervals.exist ? [intervalRule('x')] : []),
      {
        mark: { type: 'text', align: 'left', x: 8, color: CHART_PALETTE.light.paper, fontWeight: 600 },
        encoding: { text: { field: 'accuracy', format: PERCENT, type: 'quantitative' } },
      },
      ...(isPublished ? [published] : []),
    ],
  } satisfies TopLevelSpec;
}

const published = {
  transform: [{ filter: 'isValid(datum.published)' }, { calculate: "'published'", as: 'source' }],
  mark: {
    type: 'point' as const,
    filled: true,
    size: 110,
    stroke: CHART_PALETTE.light.paper,
    strokeWidth: 1.5,
  },
  encoding: {
    x: { field: 'published', type: 'quantitative' as const },
    shape: {
      field: 'source',
      type: 'nominal' as const,
      title: null,
      scale: { domain: ['published'], range: ['diamond'] },
    },
    color: { value: CHART_PALETTE.light.ink },
  },
};
