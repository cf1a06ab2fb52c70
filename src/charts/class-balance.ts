import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, distinct, FRAME } from './chart-spec.js';

/** Images of one class in one part of the dataset. */
export interface ClassCount {
  /** Name of the class. */
  readonly class: string;
  /** Part of the dataset. */
  readonly split: 'train' | 'test';
  /** Images. */
  readonly count: number;
}

/**
 * Do all classes have the same number of images?
 *
 * @example
 * ```ts
 * import { classBalance, drawChart } from 'whyconv';
 *
 * const rows = [{ class: 'cat', split: 'train', count: 5_000 } as const];
 * (await drawChart(classBalance(rows))).svg.includes('cat'); // => true
 * ```
 */
export function classBalance(rows: readonly ClassCount[]): ChartSpec {
  const classes = distinct(rows.map((row) => row.class));
  const splits = ['train', 'test'];
  return {
    ...FRAME,
    height: 32 * classes.length,
    data: { values: [...rows] },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'class', type: 'nominal', title: null, sort: classes, scale: { paddingInner: 0.3 } },
      yOffset: { field: 'split', sort: splits },
      x: { field: 'count', type: 'quantitative', title: 'images', axis: { grid: true, tickCount: 6 } },
      color: { field: 'split', type: 'nominal', title: 'split', scale: { domain: splits } },
      tooltip: [
        { field: 'class', type: 'nominal' },
        { field: 'split', type: 'nominal' },
        { field: 'count', type: 'quantitative', title: 'images', format: ',' },
      ],
    },
  } satisfies TopLevelSpec;
}
