import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, layerColour } from './chart-spec.js';
import { type GridOptions, imageGrid, type Picture } from './image-grid.js';

/** How much a unit depends on a pixel so far from the middle of its receptive field. */
export interface ReachPoint {
  readonly layer: string;
  /** Pixels, to the farther of row and column. */
  readonly distance: number;
  /** Relative to the largest, 0 to 1. */
  readonly weight: number;
}

/** Does a unit see all of its receptive field alike? */
export function reachByDistance(points: readonly ReachPoint[]): ChartSpec {
  return {
    ...FRAME,
    height: 260,
    data: { values: [...points] },
    mark: { type: 'line', point: { size: 40, filled: true } },
    encoding: {
      x: {
        field: 'distance',
        type: 'quantitative',
        title: 'pixels from the middle',
        axis: { tickMinStep: 1 },
      },
      y: {
        field: 'weight',
        type: 'quantitative',
        title: 'mean gradient of a pixel, of the largest',
        axis: { format: '.0%' },
      },
      color: layerColour(points),
      tooltip: [
        { field: 'layer', type: 'nominal' },
        { field: 'distance', type: 'quantitative' },
        { field: 'weight', type: 'quantitative', format: '.1%' },
      ],
    },
  } satisfies TopLevelSpec;
}

/**
 * What units see, as a PNG: one square of pixels a layer, the largest gradient white, no gradient black. Brightness is
 * the root of the gradient, so that the faint rim of a field can be seen.
 *
 * @param weights one a layer, [side, side] each, 0 or more
 */
export function reachGrid(
  weights: readonly Float32Array[],
  side: number,
  options: GridOptions = {},
): Uint8Array {
  const pictures = weights.map((values, i): Picture => {
    if (values.length !== side * side) {
      throw new RangeError(`${values.length} values of picture ${i} are not ${side} x ${side}`);
    }
    const largest = values.reduce((a, b) => Math.max(a, b), 0) || 1;
    const pixels = Uint8Array.from({ length: 3 * values.length }, (_, c) =>
      Math.round(255 * Math.sqrt(values[Math.floor(c / 3)]! / largest)),
    );
    return { pixels, width: side, height: side };
  });
  return imageGrid(pictures, { columns: 8, scale: 3, gap: 6, ...options });
}
