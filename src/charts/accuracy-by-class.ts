import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, modelScales, PERCENT } from './chart-spec.js';

/** Accuracy among the test images of one class, 0 to 1. */
export interface ClassAccuracy {
  readonly model: string;
  readonly class: string;
  readonly accuracy: number;
}

/** Which classes are hard, and does every model find the same ones hard? Classes from easy to hard on average. */
export function accuracyByClass(rows: readonly ClassAccuracy[]): ChartSpec {
  const { color, shape } = modelScales(rows);
  const y = {
    field: 'class',
    type: 'nominal',
    title: null,
    sort: { field: 'accuracy', op: 'mean', order: 'descending' },
  } as const;
  return {
    ...FRAME,
    height: 26 * new Set(rows.map((row) => row.class)).size,
    data: { values: [...rows] },
    mark: { type: 'point', filled: true, size: 90 },
    encoding: {
      y: { ...y, axis: { grid: true } },
      x: {
        field: 'accuracy',
        type: 'quantitative',
        title: 'test accuracy',
        axis: { format: '.0%', grid: true },
        scale: { domain: [0, 1] },
      },
      color: { field: 'model', type: 'nominal', title: 'model', scale: color, legend: { columns: 3 } },
      shape: { field: 'model', type: 'nominal', title: 'model', scale: shape },
      tooltip: [
        { field: 'class', type: 'nominal' },
        { field: 'model', type: 'nominal' },
        { field: 'accuracy', type: 'quantitative', format: PERCENT },
      ],
    },
  } satisfies TopLevelSpec;
}
