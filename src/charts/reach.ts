import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, PERCENT } from './chart-spec.js';
import { type GridOptions, imageGrid, type Picture } from './image-grid.js';
import { layerColor } from './series.js';

/** How strongly a unit depends on the pixels at one distance from the center of its receptive field. */
export interface ReachPoint {
  readonly layer: string;
  /** Pixels, the larger of the distances in rows and in columns. */
  readonly distance: number;
  /** Relative to the largest, 0 to 1. */
  readonly weight: number;
}

/** Does a unit depend on all pixels of its receptive field equally? */
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
        title: 'distance from the center in pixels',
        axis: { tickMinStep: 1 },
      },
      y: {
        field: 'weight',
        type: 'quantitative',
        title: 'mean gradient of a pixel, relative to the largest',
        axis: { format: '.0%' },
      },
      color: layerColor(points),
      tooltip: [
        { field: 'layer', type: 'nominal' },
        { field: 'distance', type: 'quantitative', title: 'distance in pixels' },
        { field: 'weight', type: 'quantitative', title: 'relative gradient', format: PERCENT },
      ],
    },
  } satisfies TopLevelSpec;
}

/**
 * Receptive fields as a PNG: one square of pixels per layer, the largest gradient white, no gradient black. Brightness is
 * the square root of the gradient, so that the faint rim of a field is visible.
 *
 * @param weights one per layer, [side, side] each, 0 or more
 * @throws RangeError if the sizes do not match
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
