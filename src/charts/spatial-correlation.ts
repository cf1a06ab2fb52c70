import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME } from './chart-spec.js';

/** Correlation of pixels that lie so far apart. */
export interface CorrelationPoint {
  readonly images: 'original' | 'permuted';
  /** Pixels. */
  readonly distance: number;
  /** Pearson's r, -1 to 1. */
  readonly correlation: number;
}

/** Do nearby pixels tell more of each other than distant ones? */
export function correlationByDistance(points: readonly CorrelationPoint[]): ChartSpec {
  const domain = ['original', 'permuted'];
  return {
    ...FRAME,
    height: 260,
    data: { values: [...points] },
    mark: { type: 'line', point: { size: 45, filled: true } },
    encoding: {
      x: { field: 'distance', type: 'quantitative', title: 'distance in pixels', axis: { tickMinStep: 1 } },
      y: {
        field: 'correlation',
        type: 'quantitative',
        title: 'correlation of two pixels',
        scale: { domain: [0, 1] },
      },
      color: { field: 'images', type: 'nominal', title: 'images', scale: { domain } },
      shape: {
        field: 'images',
        type: 'nominal',
        title: 'images',
        scale: { domain, range: ['circle', 'square'] },
      },
      tooltip: [
        { field: 'images', type: 'nominal' },
        { field: 'distance', type: 'quantitative' },
        { field: 'correlation', type: 'quantitative', format: '.3f' },
      ],
    },
  } satisfies TopLevelSpec;
}
