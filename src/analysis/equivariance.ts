import { IMAGE_SIDE, shiftImages } from '../data/index.js';
import type { ReceptiveField } from '../models/index.js';
import type { FeatureFunction, FeatureMaps } from './features.js';

/** How far features of a shifted image are from the shifted features of the image. */
export interface EquivarianceError {
  /** Pixels to the right. */
  readonly shift: number;
  /** The whole number of feature positions the features were shifted by: shift / jump, or its better neighbour. */
  readonly featureShift: number;
  /** |f(shift(x)) - shift(f(x))| / |f(x)|, Euclidean over all compared values; 0 is exact equivariance. */
  readonly error: number;
  /** |f(shift(x)) - f(x)| / |f(x)|: how much the features change where they are; 0 is exact invariance. */
  readonly change: number;
  /** Columns compared: those whose receptive field holds no border, no padding and no uncovered pixel. */
  readonly columns: number;
}

/**
 * Measures how exactly a convolutional stack commutes with shifts to the right. Away from borders the error of
 * convolutions is rounding; pooling with stride s keeps that only for shifts by multiples of s, and is given the
 * better of the two nearest whole feature shifts otherwise.
 *
 * @param apply the stack, such as `featuresOf(model, 'conv2')`
 * @param images [n, 32, 32, 3]
 * @param field the stack's receptive field, `receptiveField(spec, 'conv2')`
 * @param shifts whole pixels, 0 or more
 * @throws RangeError where a shift leaves no column to compare
 */
export async function equivarianceErrors(
  apply: FeatureFunction,
  images: Uint8Array,
  field: ReceptiveField,
  shifts: readonly number[],
): Promise<EquivarianceError[]> {
  const still = await apply(images);
  const results: EquivarianceError[] = [];
  for (const shift of shifts) {
    const moved = await apply(shiftImages(images, shift, 0, 'zero'));
    const exact = shift / field.jump;
    const candidates = [...new Set([Math.floor(exact), Math.ceil(exact)])]
      .map((featureShift) => compare(still, moved, field, shift, featureShift))
      .filter(({ columns }) => columns > 0);
    if (candidates.length === 0) {
      throw new RangeError(
        `a shift of ${shift} pixels leaves no column with a receptive field of ${field.size} inside the image`,
      );
    }
    const best = candidates.reduce((best, other) => (other.error < best.error ? other : best));
    results.push({ shift, ...best, change: compare(still, moved, field, shift, 0).error });
  }
  return results;
}

/** Whether a shift leaves a column that neither a border nor an uncovered pixel reaches. */
export const leavesColumns = (field: ReceptiveField, shift: number): boolean =>
  comparableColumns(field, IMAGE_SIDE / field.jump, shift, Math.floor(shift / field.jump)).length > 0;

function compare(
  still: FeatureMaps,
  moved: FeatureMaps,
  field: ReceptiveField,
  shift: number,
  featureShift: number,
): Pick<EquivarianceError, 'featureShift' | 'error' | 'columns'> {
  const [count, height, width, channels] = still.shape;
  const columns = comparableColumns(field, width, shift, featureShift);
  let difference = 0;
  let size = 0;
  for (let row = 0; row < count * height; row++) {
    for (const column of columns) {
      const to = (row * width + column) * channels;
      const from = to - featureShift * channels;
      for (let c = 0; c < channels; c++) {
        difference += (moved.data[to + c]! - still.data[from + c]!) ** 2;
        size += still.data[from + c]! ** 2;
      }
    }
  }
  const error = difference === 0 ? 0 : Math.sqrt(difference / size);
  return { featureShift, error, columns: columns.length };
}

/** Columns that see only shifted-in picture, and whose counterparts before the shift see only picture. */
function comparableColumns(
  { size, jump, offset }: ReceptiveField,
  width: number,
  shift: number,
  featureShift: number,
): number[] {
  const sees = (column: number) => ({
    first: offset + column * jump,
    last: offset + column * jump + size - 1,
  });
  return Array.from({ length: width }, (_, column) => column).filter((column) => {
    const after = sees(column);
    const before = sees(column - featureShift);
    return after.first >= shift && after.last < IMAGE_SIDE && before.first >= 0 && before.last < IMAGE_SIDE;
  });
}
