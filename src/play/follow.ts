import type { ReceptiveField } from '../models/receptive-field.js';
import type { MapShape } from './layers.js';

/** How the features of a moved image are related to the features of the image, moved alike. */
export interface Followed {
  /**
   * f(Tx) - T f(x) at each position, root mean square over the channels; NaN where an image that leaves no trace of itself
   * behind (zero border) uncovers positions that f(x) has nothing for.
   */
  readonly difference: Float32Array;
  /** Positions whose receptive field holds no border and no uncovered pixel, before and after: [first, last + 1). */
  readonly compared: { readonly x: Range; readonly y: Range };
  /** Relative to f(x), over the compared positions (L2 norms); null where there are none. */
  readonly error: number | null;
}

export type Range = readonly [from: number, to: number];

/**
 * Compares features [h, w, c] of an image that moved by (dx, dy) pixels with those before. A layer whose positions are several
 * pixels apart follows a move that is no multiple of them by the better of the nearest whole positions.
 *
 * @param field of the layer's positions
 * @param side of the image in pixels
 * @param wraps whether what leaves on one side comes in on the other
 */
export function follow(
  still: Float32Array,
  moved: Float32Array,
  shape: MapShape,
  {
    field,
    move,
    side,
    wraps,
  }: { field: ReceptiveField; move: readonly [number, number]; side: number; wraps: boolean },
): Followed {
  const [height, width] = shape;
  const [candidatesX, candidatesY] = move.map((by) => [
    ...new Set([Math.floor(by / field.jump), Math.ceil(by / field.jump)]),
  ]) as [number[], number[]];
  const tried = candidatesX.flatMap((x) =>
    candidatesY.map((y) => {
      const compared = {
        x: comparedRange(field, width, side, move[0], x),
        y: comparedRange(field, height, side, move[1], y),
      };
      const difference = differences(still, moved, shape, [x, y], wraps);
      return { difference, compared, error: relativeError(difference, still, shape, compared, [x, y]) };
    }),
  );
  return tried.reduce((a, b) => ((b.error ?? Infinity) < (a.error ?? Infinity) ? b : a));
}

/** Along one axis: positions that see only picture, and whose counterparts before the move see only picture. */
function comparedRange(
  { size, jump, offset }: ReceptiveField,
  extent: number,
  side: number,
  by: number,
  featureShift: number,
): Range {
  const inside = (position: number, low: number, high: number) => {
    const first = offset + position * jump;
    return first >= low && first + size - 1 < high;
  };
  const positions = Array.from({ length: extent }, (_, position) => position).filter(
    (position) =>
      inside(position, Math.max(0, by), side + Math.min(0, by)) && inside(position - featureShift, 0, side),
  );
  return positions.length === 0 ? [0, 0] : [positions[0]!, positions.at(-1)! + 1];
}

function differences(
  still: Float32Array,
  moved: Float32Array,
  [height, width, channels]: MapShape,
  [shiftX, shiftY]: readonly [number, number],
  wraps: boolean,
): Float32Array {
  const out = new Float32Array(height * width);
  const modulo = (position: number, extent: number) => ((position % extent) + extent) % extent;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromY, fromX] = [modulo(y - shiftY, height), modulo(x - shiftX, width)];
      const uncovered = !wraps && (fromY !== y - shiftY || fromX !== x - shiftX);
      const [to, from] = [(y * width + x) * channels, (fromY * width + fromX) * channels];
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += (moved[to + c]! - still[from + c]!) ** 2;
      out[y * width + x] = uncovered ? Number.NaN : Math.sqrt(sum / channels);
    }
  }
  return out;
}

function relativeError(
  difference: Float32Array,
  still: Float32Array,
  [, width, channels]: MapShape,
  { x: [left, right], y: [top, bottom] }: Followed['compared'],
  [shiftX, shiftY]: readonly [number, number],
): number | null {
  if (left === right || top === bottom) return null;
  let [squares, size] = [0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      squares += difference[y * width + x]! ** 2 * channels;
      const from = ((y - shiftY) * width + x - shiftX) * channels;
      for (let c = 0; c < channels; c++) size += still[from + c]! ** 2;
    }
  }
  return squares === 0 ? 0 : size === 0 ? 1 : Math.sqrt(squares / size);
}
