import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, orDash, PERCENT } from './chart-spec.js';
import { CHART_PALETTE } from './palette.js';
import { modelScales } from './series.js';

/** Accuracies of a model's best weights, 0 to 1. */
export interface GapRow {
  /** Its name, which decides its color. */
  readonly model: string;
  /** On the training images. */
  readonly train: number;
  /** On the validation images. */
  readonly validation: number;
  /** Published gap: train minus validation. */
  readonly published?: number;
}

/**
 * How much better is a model on the images it was trained on than on others?
 *
 * @example
 * ```ts
 * import { drawChart, generalizationGap } from 'whyconv';
 *
 * const rows = [{ model: 'small', train: 0.7, validation: 0.62 }];
 * (await drawChart(generalizationGap(rows))).svg.includes('small'); // => true
 * ```
 */
export function generalizationGap(rows: readonly GapRow[]): ChartSpec {
  const { domain, color } = modelScales(rows);
  const values = rows.map((row) => {
    const gap = row.train - row.validation;
    return {
      ...row,
      gap,
      label: `${(100 * gap).toFixed(1)} points`,
      middle: (row.train + row.validation) / 2,
    };
  });
  const tooltip = [
    { field: 'model', type: 'nominal' },
    { field: 'gap', type: 'quantitative', format: PERCENT },
    { field: 'published as', type: 'nominal', title: 'published gap' },
  ] as const;
  const { muted, ink } = CHART_PALETTE.light;
  return {
    ...FRAME,
    height: 40 * rows.length,
    data: { values },
    transform: [orDash('published', 'published as', PERCENT)],
    encoding: {
      y: { field: 'model', type: 'nominal', title: null, sort: domain },
      color: { field: 'model', type: 'nominal', legend: null, scale: color },
      tooltip: [...tooltip],
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 4, opacity: 0.45 },
        encoding: { x: { field: 'validation', type: 'quantitative' }, x2: { field: 'train' } },
      },
      {
        transform: [{ fold: ['train', 'validation'], as: ['images', 'accuracy'] }],
        mark: { type: 'point', filled: true, size: 100 },
        encoding: {
          x: {
            field: 'accuracy',
            type: 'quantitative',
            title: 'accuracy',
            axis: { format: '.0%', grid: true, tickCount: 8 },
            scale: { zero: false, padding: 14 },
          },
          shape: {
            field: 'images',
            type: 'nominal',
            title: 'images',
            scale: { domain: ['validation', 'train'], range: ['circle', 'triangle-right'] },
            legend: { symbolFillColor: muted, symbolStrokeColor: muted },
          },
          tooltip: [
            ...tooltip,
            { field: 'images', type: 'nominal' },
            { field: 'accuracy', type: 'quantitative', format: PERCENT },
          ],
        },
      },
      {
        mark: { type: 'text', dy: -14 },
        encoding: {
          x: { field: 'middle', type: 'quantitative' },
          text: { field: 'label' },
          color: { value: ink },
        },
      },
    ],
  } satisfies TopLevelSpec;
}
