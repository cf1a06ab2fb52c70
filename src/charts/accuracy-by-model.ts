import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, modelScales, orDash, PERCENT } from './chart-spec.js';
import { CHART_PALETTE } from './palette.js';

/** A measured accuracy beside the published one; all 0 to 1. */
export interface AccuracyRow {
  readonly model: string;
  readonly accuracy: number;
  /** Ends of the 95 % interval. */
  readonly low?: number | null;
  readonly high?: number | null;
  readonly published?: number;
}

/** How accurate is each model, and how near to the published figure? */
export function accuracyByModel(rows: readonly AccuracyRow[], title = 'test accuracy'): ChartSpec {
  const { domain, color } = modelScales(rows);
  const values = rows.map((row) => ({
    ...row,
    difference: row.published === undefined ? null : row.accuracy - row.published,
  }));
  const tooltip = [
    { field: 'model', type: 'nominal' },
    { field: 'accuracy', type: 'quantitative', title: 'measured', format: PERCENT },
    { field: 'published as', type: 'nominal', title: 'published' },
    { field: 'differs by', type: 'nominal', title: 'difference' },
  ] as const;
  const hasIntervals = rows.some(({ low, high }) => low != null && high != null);
  const { paper } = CHART_PALETTE.light;
  return {
    ...FRAME,
    height: 40 * rows.length,
    data: { values },
    transform: [orDash('published', 'published as', PERCENT), orDash('difference', 'differs by', '+.1%')],
    encoding: { y: { field: 'model', type: 'nominal', title: null, sort: domain }, tooltip: [...tooltip] },
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
      ...(hasIntervals ? [interval] : []),
      {
        mark: { type: 'text', align: 'left', x: 8, color: paper, fontWeight: 600 },
        encoding: { text: { field: 'accuracy', format: PERCENT, type: 'quantitative' } },
      },
      ...(rows.some((row) => row.published !== undefined) ? [published] : []),
    ],
  } satisfies TopLevelSpec;
}

const interval = {
  transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
  mark: { type: 'rule' as const, strokeWidth: 2, color: CHART_PALETTE.light.ink },
  encoding: { x: { field: 'low', type: 'quantitative' as const }, x2: { field: 'high' } },
};

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
