import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, distinct, FRAME } from './chart-spec.js';
import { layerColor, SHAPES } from './series.js';

/** Relative error of the features of one layer for one shift of the image. */
export interface EquivariancePoint {
  /** Name of the layer. */
  readonly layer: string;
  /** Pixels from one feature to the next. */
  readonly stride: number;
  /** Pixels. */
  readonly shift: number;
  /** 0 is exact. */
  readonly error: number;
}

/**
 * Do the features move with the image? Color shows the depth, the shape of the points the stride.
 *
 * @example
 * ```ts
 * import { drawChart, equivarianceByShift } from 'whyconv';
 *
 * const points = [1, 2].map((shift) => ({ layer: 'conv3', stride: 2, shift, error: shift === 2 ? 0 : 0.4 }));
 * (await drawChart(equivarianceByShift(points))).svg.includes('conv3'); // => true
 * ```
 */
export function equivarianceByShift(points: readonly EquivariancePoint[]): ChartSpec {
  const strides = distinct(points.map(({ stride }) => stride)).sort((a, b) => a - b);
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
      color: layerColor(points),
      shape: {
        field: 'stride',
        type: 'nominal',
        title: 'stride in pixels',
        scale: { domain: strides, range: strides.map((_, i) => SHAPES[i % SHAPES.length]!) },
      },
      tooltip: [
        { field: 'layer', type: 'nominal' },
        { field: 'stride', type: 'quantitative', title: 'stride in pixels' },
        { field: 'shift', type: 'quantitative', title: 'shift in pixels' },
        { field: 'error', type: 'quantitative', title: 'relative error', format: '.2~e' },
      ],
    },
  } satisfies TopLevelSpec;
}
