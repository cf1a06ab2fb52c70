import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME } from './chart-spec.js';

/** Relative error of a stack of layers for one shift. */
export interface EquivariancePoint {
  /** What was measured, in words: "two convolutions", "and a 2 x 2 pooling". */
  readonly stack: string;
  /** Pixels. */
  readonly shift: number;
  /** 0 is exact. */
  readonly error: number;
}

/** Do the features move with the image? */
export function equivarianceByShift(points: readonly EquivariancePoint[]): ChartSpec {
  const domain = [...new Set(points.map(({ stack }) => stack))];
  const shapes = ['circle', 'square', 'triangle-up', 'diamond'];
  return {
    ...FRAME,
    height: 260,
    data: { values: [...points] },
    mark: { type: 'line', point: { size: 70, filled: true } },
    encoding: {
      x: { field: 'shift', type: 'quantitative', title: 'shift in pixels', axis: { tickMinStep: 1 } },
      y: {
        field: 'error',
        type: 'quantitative',
        title: 'relative equivariance error',
        axis: { format: '~%' },
      },
      color: { field: 'stack', type: 'nominal', title: 'after', scale: { domain }, legend: { columns: 2 } },
      shape: {
        field: 'stack',
        type: 'nominal',
        title: 'after',
        scale: { domain, range: domain.map((_, i) => shapes[i % shapes.length]!) },
      },
      tooltip: [
        { field: 'stack', type: 'nominal', title: 'after' },
        { field: 'shift', type: 'quantitative' },
        { field: 'error', type: 'quantitative', format: '.2~e' },
      ],
    },
  } satisfies TopLevelSpec;
}
