import { mean } from '../analysis/index.js';
import { IMAGE_SIDE, shiftImages } from '../data/index.js';
import type { ReceptiveField } from '../models/index.js';
import type { FeatureFunction, FeatureMaps } from './features.js';
import { DIRECTIONS } from './shift-robustness.js';

/** How far the features of a shifted image are from the shifted features of the image; relative L2 norms. */
export interface EquivarianceErrors {
  /** Pixels, in each of four directions. */
  readonly shift: number;
  /** Per image, mean over the directions: |f(shift(x)) - shift(f(x))| / |f(x)|; 0 is exact equivariance. */
  readonly errors: readonly number[];
  /** Per image, mean over the directions: |f(shift(x)) - f(x)| / |f(x)|, the change in place; 0 is exact invariance. */
  readonly changes: readonly number[];
}

/** A shift along one axis: `by` pixels to the right or down, negative to the left or up. */
export interface Move {
  readonly axis: 'x' | 'y';
  readonly by: number;
}

/** What one move does to the features of each image. */
export interface MoveErrors {
  /** Feature positions the features were shifted by: by / jump, or the better of its two neighbors. */
  readonly featureShift: number;
  /** Positions along the axis that are compared: the receptive field holds no border, no padding, no uncovered pixel. */
  readonly positions: number;
  readonly errors: readonly number[];
  readonly changes: readonly number[];
}

/**
 * Measures how exactly a stack of layers commutes with shifts to the right, left, down and up. Away from borders the error of
 * convolutions is rounding; pooling with stride s keeps that only for shifts by multiples of s, and is given the
 * better of the two nearest whole feature shifts otherwise.
 *
 * @param apply the stack
 * @param images [n, 32, 32, 3]
 * @param field the stack's receptive field, `receptiveField(spec, 'conv2')`
 * @param shifts whole pixels, 0 or more
 * @throws RangeError where a shift leaves no position to compare
 */
export async function equivarianceErrors(
  apply: FeatureFunction,
  images: Uint8Array,
  field: ReceptiveField,
  shifts: readonly number[],
): Promise<EquivarianceErrors[]> {
  const still = await apply(images);
  const results: EquivarianceErrors[] = [];
  for (const shift of shifts) {
    const moves: MoveErrors[] = [];
    for (const [dx, dy] of DIRECTIONS) {
      const moved = await apply(shiftImages(images, shift * dx, shift * dy, 'zero'));
      moves.push(moveErrors(still, moved, field, { axis: dx === 0 ? 'y' : 'x', by: shift * (dx + dy) }));
    }
    const byImage = (pick: (move: MoveErrors) => readonly number[]) =>
      Array.from({ length: still.shape[0] }, (_, i) => mean(moves.map((move) => pick(move)[i]!)));
    results.push({
      shift,
      errors: byImage(({ errors }) => errors),
      changes: byImage((move) => move.changes),
    });
  }
  return results;
}

/**
 * {@link equivarianceErrors} of one move.
 *
 * @param still features of the images
 * @param moved features of the images moved
 */
export function moveErrors(
  still: FeatureMaps,
  moved: FeatureMaps,
  field: ReceptiveField,
  move: Move,
): MoveErrors {
  const extent = still.shape[move.axis === 'x' ? 2 : 1];
  const tried = featureShifts(field, move.by).flatMap((featureShift) => {
    const positions = comparablePositions(field, extent, move.by, featureShift);
    const errors = relativeDifferences(still, moved, move.axis, positions, featureShift);
    return positions.length > 0 ? [{ featureShift, positions, errors }] : [];
  });
  if (tried.length === 0) {
    throw new RangeError(
      `a shift by ${move.by} pixels leaves no position with a receptive field of ${field.size} inside the image`,
    );
  }
  const best = tried.reduce((a, b) => (mean(b.errors) < mean(a.errors) ? b : a));
  const inPlace = comparablePositions(field, extent, move.by, 0);
  return {
    ...best,
    positions: best.positions.length,
    changes: relativeDifferences(still, moved, move.axis, inPlace, 0),
  };
}

/** Whether shifts by this many pixels, both ways, leave a position that neither a border nor an uncovered pixel reaches. */
export const leavesPositions = (field: ReceptiveField, extent: number, shift: number): boolean =>
  [shift, -shift].every((by) =>
    featureShifts(field, by).some(
      (featureShift) => comparablePositions(field, extent, by, featureShift).length > 0,
    ),
  );

/** The whole number of feature positions that a shift in pixels is, or the two around it. */
const featureShifts = ({ jump }: ReceptiveField, by: number): number[] => [
  ...new Set([Math.floor(by / jump), Math.ceil(by / jump)]),
];

/** Positions that see only shifted-in picture, and whose counterparts before the shift see only picture. */
function comparablePositions(
  { size, jump, offset }: ReceptiveField,
  extent: number,
  by: number,
  featureShift: number,
): number[] {
  const inside = (position: number, low: number, high: number) => {
    const first = offset + position * jump;
    return first >= low && first + size - 1 < high;
  };
  return Array.from({ length: extent }, (_, position) => position).filter(
    (position) =>
      inside(position, Math.max(0, by), IMAGE_SIDE + Math.min(0, by)) &&
      inside(position - featureShift, 0, IMAGE_SIDE),
  );
}

/** |moved - shifted still| / |still| of each image over the given positions of an axis. */
function relativeDifferences(
  still: FeatureMaps,
  moved: FeatureMaps,
  axis: 'x' | 'y',
  positions: readonly number[],
  featureShift: number,
): number[] {
  const [count, height, width, channels] = still.shape;
  const [step, lines, lineStep] =
    axis === 'x' ? [channels, height, width * channels] : [width * channels, width, channels];
  return Array.from({ length: count }, (_, image) => {
    let [difference, size] = [0, 0];
    for (let line = 0; line < lines; line++) {
      for (const position of positions) {
        const to = image * height * width * channels + line * lineStep + position * step;
        const from = to - featureShift * step;
        for (let c = 0; c < channels; c++) {
          difference += (moved.data[to + c]! - still.data[from + c]!) ** 2;
          size += still.data[from + c]! ** 2;
        }
      }
    }
    return relative(difference, size);
  });
}

/** Of squares. 1 where there was nothing and now is something: all that is there is new, and a measurement stays finite. */
const relative = (difference: number, size: number): number =>
  difference === 0 ? 0 : size === 0 ? 1 : Math.sqrt(difference / size);
