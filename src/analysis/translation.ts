import { imageCount } from '../data/index.js';
import { type ModelSpec, modelWithWeights, receptiveField } from '../models/index.js';
import type { Evidence } from './claims.js';
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

/** The extremes that claim C10 is judged by. */
export function equivarianceEvidence(
  rows: readonly LayerEquivariance[],
): NonNullable<Evidence['equivariance']> {
  const errors = (keep: (row: LayerEquivariance) => boolean) => rows.filter(keep).map(({ error }) => error);
  return {
    beforePooling: Math.max(...errors(({ pooled }) => !pooled)),
    afterPoolingEven: Math.max(...errors(({ pooled, shift }) => pooled && shift % 2 === 0)),
    afterPoolingOdd: Math.min(...errors(({ pooled, shift }) => pooled && shift % 2 === 1)),
  };
}
