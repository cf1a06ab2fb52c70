import { imageCount } from '../data/index.js';
import { layerShapes, type ModelSpec, modelWithWeights, receptiveField } from '../models/index.js';
import { equivarianceErrors, leavesColumns } from './equivariance.js';
import { featuresOf } from './features.js';

/** How the features of a model's layers up to `layer` follow one shift of the image. */
export interface LayerEquivariance {
  readonly layer: string;
  /** Pixels from one feature to the next: 1 before any pooling, doubled by each of windows of 2. */
  readonly stride: number;
  /** Pixels. */
  readonly shift: number;
  /** Relative error against the features shifted alike; 0 is exact equivariance. */
  readonly error: number;
  /** Relative change where the features are; 0 is exact invariance. */
  readonly change: number;
}

const SHIFTS = [1, 2, 3, 4, 5, 6, 7, 8];

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
  const model = modelWithWeights(spec, weights);
  const rows: LayerEquivariance[] = [];
  try {
    for (const { name: layer, outputShape } of layerShapes(spec)) {
      if (outputShape.length !== 3) break;
      const field = receptiveField(spec, layer);
      const features = featuresOf(model, layer, imageCount(images));
      const shifts = SHIFTS.filter((shift) => leavesColumns(field, shift));
      const errors = await equivarianceErrors(features, images, field, shifts);
      const stride = field.jump;
      rows.push(...errors.map(({ shift, error, change }) => ({ layer, stride, shift, error, change })));
    }
  } finally {
    model.dispose();
  }
  return rows;
}

/** What claim C10 is judged by. Relative errors, 0 is exact. */
export interface EquivarianceExtremes {
  /** The largest of any shift before any pooling. */
  readonly beforePooling: number;
  /** After one pooling or more: the largest of shifts by whole strides. */
  readonly wholeStrides: number;
  /** The least of the other shifts. */
  readonly otherShifts: number;
  /** How much a shift of one pixel changes the features in place: just before the first pooling, and just after it. */
  readonly changeBefore: number;
  readonly changeAfter: number;
}

/**
 * The extremes that claim C10 is judged by.
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
  return {
    beforePooling: Math.max(...errors('before pooling', (row) => !pooled(row))),
    wholeStrides: Math.max(...errors('of a whole stride', (row) => pooled(row) && whole(row))),
    otherShifts: Math.min(...errors('of part of a stride', (row) => pooled(row) && !whole(row))),
    changeBefore: kept('of one pixel before pooling', (row) => !pooled(row) && row.shift === 1).at(-1)!
      .change,
    changeAfter: kept('of one pixel after pooling', (row) => pooled(row) && row.shift === 1)[0]!.change,
  };
}
