import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME } from './chart-spec.js';

/** Images of one class in one part of the dataset. */
export interface ClassCount {
  readonly class: string;
  readonly split: 'train' | 'test';
  readonly count: number;
}

/** Has each class as many images? */
export function classBalance(rows: readonly ClassCount[]): ChartSpec {
  const classes = [...new Set(rows.map((row) => row.class))];
  return {
    ...FRAME,
    height: 32 * classes.length,
    data: { values: [...rows] },
    mark: { type: 'bar' },
    encoding: {
      y: {
        field: 'class',
        type: 'nominal',
        title: null,
        sort: classes,
        scale: { paddingInner: 0.3 },
      },
      yOffset: { field: 'split', sort: ['train', 'test'] },
      x: { field: 'count', type: 'quantitative', title: 'images', axis: { grid: true, tickCount: 6 } },
      color: { field: 'split', type: 'nominal', title: 'split', scale: { domain: ['train', 'test'] } },
      tooltip: [
        { field: 'class', type: 'nominal' },
        { field: 'split', type: 'nominal' },
        { field: 'count', type: 'quantitative', format: ',' },
      ],
    },
  } satisfies TopLevelSpec;
}
