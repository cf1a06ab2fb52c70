import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, layerColour } from './chart-spec.js';

/** Relative error of the layers up to one for one shift. */
export interface EquivariancePoint {
  readonly layer: string;
  /** Pixels from one feature to the next. */
  readonly stride: number;
  /** Pixels. */
  readonly shift: number;
  /** 0 is exact. */
  readonly error: number;
}

/** Do the features move with the image? Colour tells the depth, the shape of the points the stride. */
export function equivarianceByShift(points: readonly EquivariancePoint[]): ChartSpec {
  const strides = [...new Set(points.map(({ stride }) => stride))].sort((a, b) => a - b);
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
      color: layerColour(points),
      shape: {
        field: 'stride',
        type: 'nominal',
        title: 'stride in pixels',
        scale: { domain: strides, range: strides.map((_, i) => shapes[i % shapes.length]!) },
      },
      tooltip: [
        { field: 'layer', type: 'nominal' },
        { field: 'stride', type: 'quantitative' },
        { field: 'shift', type: 'quantitative' },
        { field: 'error', type: 'quantitative', format: '.2~e' },
      ],
    },
  } satisfies TopLevelSpec;
}
