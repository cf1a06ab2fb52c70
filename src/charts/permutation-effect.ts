import type { TopLevelSpec } from 'vega-lite';
import { CHANCE, type ChartSpec, FRAME, PERCENT } from './chart-spec.js';
import { chanceRule } from './lines-by-model.js';
import { modelOrder } from './series.js';

/** Accuracy of a model trained and tested on images with or without their pixels permuted. */
export interface PermutationRow {
  /** Name of the network. */
  readonly model: string;
  /** Whether pixels were permuted. */
  readonly images: 'original' | 'permuted';
  /** 0 to 1. */
  readonly accuracy: number;
}

/**
 * Which model loses accuracy when all pixels are permuted, for training and test alike?
 *
 * @param guess accuracy of one answer to every image, drawn as a line
 * @example
 * ```ts
 * import { drawChart, permutationEffect } from 'whyconv';
 *
 * const rows = [{ model: 'small', images: 'permuted', accuracy: 0.3 } as const];
 * (await drawChart(permutationEffect(rows))).svg.includes('small'); // => true
 * ```
 */
export function permutationEffect(rows: readonly PermutationRow[], guess: number = CHANCE): ChartSpec {
  const domain = ['original', 'permuted'];
  const models = modelOrder(rows);
  const y = { field: 'model', type: 'nominal', title: null, sort: models } as const;
  const yOffset = { field: 'images', sort: domain } as const;
  const tooltip = [
    { field: 'model', type: 'nominal' },
    { field: 'images', type: 'nominal' },
    { field: 'accuracy', type: 'quantitative', format: PERCENT },
  ] as const;
  return {
    ...FRAME,
    height: 52 * models.length,
    layer: [
      {
        data: { values: [...rows] },
        mark: { type: 'bar' },
        encoding: {
          y: { ...y, scale: { paddingInner: 0.35 } },
          yOffset,
          x: {
            field: 'accuracy',
            type: 'quantitative',
            title: 'test accuracy',
            axis: { format: '.0%', grid: true, tickCount: 6 },
            // Room for the number after the longest bar.
            scale: { domain: [0, 1.15 * Math.max(guess, ...rows.map((row) => row.accuracy))], nice: false },
          },
          color: { field: 'images', type: 'nominal', title: 'images', scale: { domain } },
          tooltip: [...tooltip],
        },
      },
      {
        data: { values: [...rows] },
        mark: { type: 'text', align: 'left', dx: 5 },
        encoding: {
          y,
          yOffset,
          x: { field: 'accuracy', type: 'quantitative' },
          text: { field: 'accuracy', type: 'quantitative', format: PERCENT },
          tooltip: [...tooltip],
        },
      },
      chanceRule('x', guess),
    ],
  } satisfies TopLevelSpec;
}
