import { imageCount } from '../data/index.js';
import { type ModelSpec, modelWithWeights, receptiveField } from '../models/index.js';
import { equivarianceErrors } from './equivariance.js';
import { featuresOf } from './features.js';

/** Relative equivariance error of a model's layers up to `layer`, for one shift. */
export interface LayerEquivariance {
  readonly layer: string;
  readonly pooled: boolean;
  readonly shift: number;
  readonly error: number;
}

/** The first two convolutions, and the same after max-pooling. */
const STACKS = [
  { layer: 'conv2', pooled: false },
  { layer: 'pool1', pooled: true },
] as const;

/**
 * How exactly a trained CNN's first block follows shifts of 1 to 8 pixels, before and after pooling.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param images [n, 32, 32, 3]; some tens suffice
 */
export async function layerEquivariance(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  images: Uint8Array,
): Promise<LayerEquivariance[]> {
  const shifts = [1, 2, 3, 4, 5, 6, 7, 8];
  const model = modelWithWeights(spec, weights);
  const rows: LayerEquivariance[] = [];
  try {
    for (const { layer, pooled } of STACKS) {
      const features = featuresOf(model, layer, imageCount(images));
      const errors = await equivarianceErrors(features, images, receptiveField(spec, layer), shifts);
      rows.push(...errors.map(({ shift, error }) => ({ layer, pooled, shift, error })));
    }
  } finally {
    model.dispose();
  }
  return rows;
}

/** Relative equivariance errors, 0 is exact. */
export interface EquivarianceExtremes {
  /** The largest of any shift. */
  readonly beforePooling: number;
  /** The largest of shifts by whole windows. */
  readonly afterPoolingEven: number;
  /** The least of the other shifts. */
  readonly afterPoolingOdd: number;
}

/**
 * The extremes that claim C10 is judged by.
 *
 * @throws RangeError where a kind of shift was not measured: of no measurement nothing follows
 */
export function equivarianceEvidence(rows: readonly LayerEquivariance[]): EquivarianceExtremes {
  const errors = (what: string, keep: (row: LayerEquivariance) => boolean) => {
    const kept = rows.filter(keep).map(({ error }) => error);
    if (kept.length === 0) throw new RangeError(`no equivariance error ${what} was measured`);
    return kept;
  };
  return {
    beforePooling: Math.max(...errors('before pooling', ({ pooled }) => !pooled)),
    afterPoolingEven: Math.max(
      ...errors('of an even shift', ({ pooled, shift }) => pooled && shift % 2 === 0),
    ),
    afterPoolingOdd: Math.min(...errors('of an odd shift', ({ pooled, shift }) => pooled && shift % 2 === 1)),
  };
}
