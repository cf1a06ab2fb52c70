import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, distinct, FRAME, PERCENT } from './chart-spec.js';
import { modelScales } from './series.js';

/** Accuracy on the test images of one class, 0 to 1. */
export interface ClassAccuracy {
  /** Its name, which decides its color. */
  readonly model: string;
  /** Name of the class. */
  readonly class: string;
  /** Share of the class's images that are classified correctly. */
  readonly accuracy: number;
}

/**
 * Which classes are hard, and are they hard for every model? Classes are sorted from easy to hard, on average.
 *
 * @example
 * ```ts
 * import { accuracyByClass, drawChart } from 'whyconv';
 *
 * const rows = [{ model: 'small', class: 'cat', accuracy: 0.4 }];
 * (await drawChart(accuracyByClass(rows))).svg.includes('cat'); // => true
 * ```
 */
export function accuracyByClass(rows: readonly ClassAccuracy[]): ChartSpec {
  const { color, shape } = modelScales(rows);
  const model = { field: 'model', type: 'nominal', title: 'model' } as const;
  return {
    ...FRAME,
    height: 26 * distinct(rows.map((row) => row.class)).length,
    data: { values: [...rows] },
    mark: { type: 'point', filled: true, size: 90 },
    encoding: {
      y: {
        field: 'class',
        type: 'nominal',
        title: null,
        sort: { field: 'accuracy', op: 'mean', order: 'descending' },
        axis: { grid: true },
      },
      x: {
        field: 'accuracy',
        type: 'quantitative',
        title: 'test accuracy',
        axis: { format: '.0%', grid: true },
        scale: { domain: [0, 1] },
      },
      color: { ...model, scale: color, legend: { columns: 3 } },
      shape: { ...model, scale: shape },
      tooltip: [
        { field: 'class', type: 'nominal' },
        { field: 'model', type: 'nominal' },
        { field: 'accuracy', type: 'quantitative', format: PERCENT },
      ],
    },
  } satisfies TopLevelSpec;
}
