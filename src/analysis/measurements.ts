import { z } from 'zod';
import { IMAGE_BYTES } from '../data/index.js';
import { initialWeights, type ModelSpec, weightShapes } from '../models/index.js';
import type { Study } from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import { predictor } from './predict.js';
import { type Pruning, pruningLosses } from './pruning.js';
import { filterRedundancy } from './redundancy.js';
import { type ShiftOptions, type ShiftRobustness, shiftRobustness } from './shift-robustness.js';
import { trainedWeights, validationImages } from './trained.js';
import { type LayerEquivariance, layerEquivariance } from './translation.js';

/** The first training images, which are as good as any: the error is a property of layers. */
const EQUIVARIANCE_IMAGES = 32;

/** The first validation images: enough to tell differences of five points or more, few enough to wait for. */
const IMAGES = 500;

/** Pixels; up to a quarter of an image, each twice the one before: all nine sizes would take twice as long. */
const SHIFTS = [0, 1, 2, 4, 8];

/** Effective rank of one layer's filters, as a share of the most possible, at the start and after training. */
export interface LayerRank {
  readonly layer: string;
  readonly filters: number;
  readonly initial: number;
  readonly trained: number;
}

/**
 * Equivariance errors of a trained CNN's layers, measured once a run and kept with the records.
 *
 * @throws WhyconvError where the run's weights are not at hand
 */
export async function measureEquivariance(study: Study, record: RunRecord): Promise<LayerEquivariance[]> {
  const weights = await trainedWeights(study, record);
  const images = study.dataset.train.images.subarray(0, EQUIVARIANCE_IMAGES * IMAGE_BYTES);
  const from = { run: record.key, images: EQUIVARIANCE_IMAGES };
  return study.store.measurement(
    'equivarianceByLayer',
    from,
    (json) => equivarianceSchema.parse(json),
    () => layerEquivariance(record.spec.model, weights, images),
  );
}

/**
 * What a trained CNN loses without some filters of a layer, on its first validation images; measured once a run.
 *
 * @throws WhyconvError where the run's weights are not at hand
 */
export async function measurePruning(study: Study, record: RunRecord): Promise<Pruning> {
  const weights = await trainedWeights(study, record);
  const images = validationImages(study, record, IMAGES);
  const from = { run: record.key, images: images.count };
  return study.store.measurement(
    'pruning',
    from,
    (json) => pruningSchema.parse(json),
    async () => pruningLosses(record.spec.model, weights, images),
  );
}

/**
 * Accuracy and agreement of a trained model on its first validation images, shifted by 0 to 8 pixels in four directions;
 * measured once a run.
 *
 * @param fill of uncovered pixels: black, or what left the image on the other side
 * @throws WhyconvError where the run's weights are not at hand
 */
export async function measureShifts(
  study: Study,
  record: RunRecord,
  fill: NonNullable<ShiftOptions['fill']>,
): Promise<ShiftRobustness[]> {
  const weights = await trainedWeights(study, record);
  const images = validationImages(study, record, IMAGES);
  const from = { run: record.key, images: images.count, shifts: SHIFTS, fill };
  return study.store.measurement(
    'shiftRobustness',
    from,
    (json) => shiftsSchema.parse(json),
    async () => {
      const model = predictor(record.spec.model, weights);
      try {
        return await shiftRobustness((batch) => model.predict(batch), images, { shifts: SHIFTS, fill });
      } finally {
        model.dispose();
      }
    },
  );
}

/**
 * Effective ranks of a trained CNN's convolutions and of the same ones before training; measured once a run.
 *
 * @throws WhyconvError where the run's weights are not at hand
 */
export async function measureRanks(study: Study, record: RunRecord): Promise<LayerRank[]> {
  const weights = await trainedWeights(study, record);
  return study.store.measurement(
    'filterRanks',
    { run: record.key },
    (json) => ranksSchema.parse(json),
    async () => layerRanks(record.spec.model, weights, record.spec.seed),
  );
}

/** @param seed of the run: fresh filters are alike to some degree too, the more so the fewer weights they have */
export function layerRanks(spec: ModelSpec, weights: readonly Float32Array[], seed: number): LayerRank[] {
  const fresh = initialWeights(spec, seed);
  return weightShapes(spec).flatMap(({ name, shape }, i) => {
    if (shape.length !== 4) return [];
    const rank = (kernels: readonly Float32Array[]) => filterRedundancy(kernels[i]!, shape).relativeRank;
    const layer = name.replace('/kernel', '');
    return [{ layer, filters: shape.at(-1)!, initial: rank(fresh), trained: rank(weights) }];
  });
}

/** A run that diverged has no weights, and a record may have come without them. */
export const hasWeights = async (study: Study, record: RunRecord): Promise<boolean> =>
  record.results !== undefined && (await study.store.weights(record)) !== undefined;

const equivarianceSchema = z.array(
  z.object({
    layer: z.string(),
    stride: z.int(),
    shift: z.int(),
    error: z.number(),
    change: z.number(),
  }),
);

const shiftsSchema = z.array(z.object({ shift: z.int(), accuracy: z.number(), agreement: z.number() }));

const ranksSchema = z.array(
  z.object({ layer: z.string(), filters: z.int(), initial: z.number(), trained: z.number() }),
);

const chosen = z.enum(['least', 'random']);
const pruningSchema = z.object({
  images: z.int(),
  accuracy: z.number(),
  layers: z.array(
    z.object({
      layer: z.string(),
      filters: z.int(),
      removed: z.int(),
      share: z.number(),
      chosen,
      accuracy: z.number(),
    }),
  ),
  losses: z.array(z.object({ share: z.number(), chosen, mean: z.number(), sd: z.number() })),
});
