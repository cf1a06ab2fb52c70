import { mean, pairedDifference, type Summary } from '../analysis/index.js';
import { imageCount } from '../data/index.js';
import { layerShapes, type ModelSpec, receptiveField } from '../models/index.js';
import { equivarianceErrors, leavesPositions } from './equivariance.js';
import { withFeatures } from './features.js';

/** How the features of a network's layers up to `layer` follow one shift of the image. */
export interface LayerEquivariance {
  /** As `layerShapes` names it. */
  readonly layer: string;
  /** Pixels from one feature to the next: 1 before any pooling, doubled by each of windows of 2. */
  readonly stride: number;
  /** Pixels, in each of four directions. */
  readonly shift: number;
  /** Relative error against the features shifted alike, mean over images; 0 is exact equivariance. */
  readonly error: number;
  /** Relative change of the features in place, mean over images; 0 is exact invariance. */
  readonly change: number;
  /** Per image, mean over the directions. */
  readonly errors: readonly number[];
  /** Per image, mean over the directions: the change in place. */
  readonly changes: readonly number[];
}

/** Pixels. */
export const EQUIVARIANCE_SHIFTS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];

/**
 * How exactly each stack of a trained CNN's layers follows shifts of 1 to 8 pixels: after each convolution, and after each
 * pooling. Shifts that leave a deep layer no feature away from the borders are left out.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param images [n, 32, 32, 3]; some tens suffice
 */
export async function layerEquivariance(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  images: Uint8Array,
): Promise<LayerEquivariance[]> {
  const rows: LayerEquivariance[] = [];
  for (const { name: layer, outputShape } of layerShapes(spec)) {
    if (outputShape.length !== 3) break;
    const field = receptiveField(spec, layer);
    const extent = Math.min(outputShape[0], outputShape[1]);
    const shifts = EQUIVARIANCE_SHIFTS.filter((shift) => leavesPositions(field, extent, shift));
    const measured = await withFeatures(
      spec,
      weights,
      layer,
      (features) => equivarianceErrors(features, images, field, shifts),
      imageCount(images),
    );
    for (const { shift, errors, changes } of measured) {
      const means = { error: mean(errors), change: mean(changes) };
      rows.push({ layer, stride: field.jump, shift, ...means, errors, changes });
    }
  }
  return rows;
}

/** What decides on equivariance and invariance. Relative errors, 0 is exact. */
export interface EquivarianceExtremes {
  /** The largest of any shift before any pooling. */
  readonly beforePooling: number;
  /** After one pooling or more: the largest of shifts by whole strides. */
  readonly wholeStrides: number;
  /** The smallest of the other shifts. */
  readonly otherShifts: number;
  /** How much a shift of one pixel changes the features in place: just before the first pooling, and just after it. */
  readonly changeBefore: number;
  readonly changeAfter: number;
  /** By how much the change before pooling exceeds that after it, image by image. */
  readonly changeReduction: Summary;
}

/**
 * The extremes of a network's equivariance errors, and what pooling does to a shift by one pixel.
 *
 * @throws RangeError where a kind of shift was not measured: of no measurement nothing follows
 */
export function equivarianceEvidence(rows: readonly LayerEquivariance[]): EquivarianceExtremes {
  const kept = (what: string, keep: (row: LayerEquivariance) => boolean) => {
    const found = rows.filter(keep);
    if (found.length === 0) throw new RangeError(`no equivariance error ${what} was measured`);
    return found;
  };
  const errors = (...args: Parameters<typeof kept>) => kept(...args).map(({ error }) => error);
  const pooled = ({ stride }: LayerEquivariance) => stride > 1;
  const whole = ({ stride, shift }: LayerEquivariance) => shift % stride === 0;
  const before = kept('of one pixel before pooling', (row) => !pooled(row) && row.shift === 1).at(-1)!;
  const [after] = kept('of one pixel after pooling', (row) => pooled(row) && row.shift === 1);
  return {
    beforePooling: Math.max(...errors('before pooling', (row) => !pooled(row))),
    wholeStrides: Math.max(...errors('of a whole stride', (row) => pooled(row) && whole(row))),
    otherShifts: Math.min(...errors('of part of a stride', (row) => pooled(row) && !whole(row))),
    changeBefore: before.change,
    changeAfter: after!.change,
    changeReduction: pairedDifference(before.changes, after!.changes),
  };
}
