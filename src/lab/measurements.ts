import { type ModelSpec, modelTotals } from '../models/index.js';
import type { RunRecord } from '../training/index.js';
import { type EffectiveReceptiveField, effectiveReceptiveFields } from './effective-receptive-field.js';
import { type LayerRank, layerRanks } from './filter-ranks.js';
import { inference } from './inference.js';
import { EQUIVARIANCE_SHIFTS, type LayerEquivariance, layerEquivariance } from './layer-equivariance.js';
import { measured } from './measurement.js';
import {
  answersSchema,
  equivarianceSchema,
  fieldsSchema,
  pruningSchema,
  ranksSchema,
  readAnswers,
  storedAnswers,
} from './measurement-schemas.js';
import { PRUNING_DEFAULTS, pruningLosses } from './pruning.js';
import type { Pruning } from './pruning-losses.js';
import {
  DIRECTIONS,
  type ShiftMeasurement,
  type ShiftOptions,
  shiftAnswers,
  shiftRobustness,
} from './shift-robustness.js';
import { judgedImages, type TrainedStudy, validationImages } from './trained.js';

/** The first validation images. Exactness is a property of layers; the change in place has its interval over these. */
const EQUIVARIANCE_IMAGES = 32;

/** The first validation images, each judged some 40 times, and the ones for random removals some 200 times more. */
const PRUNING_IMAGES = 500;

/** The first validation images; a ReLU may hide a pixel in one of them, hardly in all. */
const FIELD_IMAGES = 32;

/** Pixels, up to a quarter of an image. */
const SHIFTS = [0, 1, 2, 4, 8];

/** The first validation images, each judged 17 times: more for networks that answer quickly. */
const shiftImagesFor = (spec: ModelSpec): number => (modelTotals(spec).flops <= 20e6 ? 2000 : 500);

/**
 * Equivariance errors of a trained CNN's layers, and what shifts change in place, per image.
 *
 * @throws MissingWeightsError where neither the run's weights nor the measurement is in the store
 * @example
 * ```ts
 * import { measureEquivariance, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * const [first] = await measureEquivariance(study, run!.record);
 * [first!.layer, first!.stride, first!.error < 1e-5]; // => ['conv1', 1, true]
 * ```
 */
export async function measureEquivariance(
  study: TrainedStudy,
  record: RunRecord,
): Promise<LayerEquivariance[]> {
  const constants = { images: EQUIVARIANCE_IMAGES, shifts: EQUIVARIANCE_SHIFTS, directions: DIRECTIONS };
  return measured(
    study,
    record,
    { name: 'equivarianceByLayer', version: 1, constants, schema: equivarianceSchema },
    (weights) => {
      const { images } = validationImages(study, record, EQUIVARIANCE_IMAGES);
      return layerEquivariance(record.spec.model, weights, images);
    },
  );
}

/**
 * What a trained CNN loses without some filters.
 *
 * @throws MissingWeightsError where neither the run's weights nor the measurement is in the store
 * @example
 * ```ts
 * import { measurePruning, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * const { removable } = await measurePruning(study, run!.record);
 * removable.alone.low <= removable.alone.high; // => true
 * ```
 */
export async function measurePruning(study: TrainedStudy, record: RunRecord): Promise<Pruning> {
  const constants = { images: PRUNING_IMAGES, ...PRUNING_DEFAULTS };
  return measured(
    study,
    record,
    { name: 'pruning', version: 1, constants, schema: pruningSchema },
    (weights) => pruningLosses(record.spec.model, weights, validationImages(study, record, PRUNING_IMAGES)),
  );
}

/**
 * Accuracy and prediction consistency of a trained network on validation images shifted by 0 to 8 pixels in four directions.
 *
 * @param fill of uncovered pixels: black, or what left the image on the other side
 * @throws MissingWeightsError where neither the run's weights nor the measurement is in the store
 */
export async function measureShifts(
  study: TrainedStudy,
  record: RunRecord,
  fill: ShiftOptions['fill'],
): Promise<ShiftMeasurement> {
  const { model } = record.spec;
  const images = shiftImagesFor(model);
  const constants = { images, shifts: SHIFTS, directions: DIRECTIONS, fill };
  const stored = await measured(
    study,
    record,
    { name: 'shiftRobustness', version: 1, constants, schema: answersSchema },
    async (weights) => {
      const network = inference(model, weights);
      try {
        const set = validationImages(study, record, images);
        return (await shiftAnswers(network.run, set, { shifts: SHIFTS, fill })).map(storedAnswers);
      } finally {
        network.dispose();
      }
    },
  );
  const answers = stored.map(readAnswers);
  return { judged: judgedImages(record), fill, answers, rows: shiftRobustness(answers) };
}

/**
 * Effective receptive fields of a trained CNN's layers.
 *
 * @throws MissingWeightsError where neither the run's weights nor the measurement is in the store
 * @example
 * ```ts
 * import { measureFields, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * const [conv1] = await measureFields(study, run!.record);
 * [conv1!.layer, conv1!.expected.last - conv1!.expected.first + 1]; // => ['conv1', 3]
 * ```
 */
export async function measureFields(
  study: TrainedStudy,
  record: RunRecord,
): Promise<EffectiveReceptiveField[]> {
  const constants = { images: FIELD_IMAGES };
  const stored = await measured(
    study,
    record,
    { name: 'effectiveReceptiveFields', version: 1, constants, schema: fieldsSchema },
    async (weights) => {
      const { images } = validationImages(study, record, FIELD_IMAGES);
      const fields = await effectiveReceptiveFields(record.spec.model, weights, images);
      return fields.map((field) => ({ ...field, weights: Array.from(field.weights) }));
    },
  );
  return stored.map((field) => ({ ...field, weights: Float32Array.from(field.weights) }));
}

/**
 * Effective ranks of a trained CNN's convolutions and of the same ones before training.
 *
 * @throws MissingWeightsError where neither the run's weights nor the measurement is in the store
 * @example
 * ```ts
 * import { measureRanks, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * (await measureRanks(study, run!.record)).map(({ filters }) => filters); // => [8, 8, 16, 16, 32]
 * ```
 */
export async function measureRanks(study: TrainedStudy, record: RunRecord): Promise<LayerRank[]> {
  const { model, seed } = record.spec;
  return measured(
    study,
    record,
    { name: 'filterRanks', version: 1, constants: {}, schema: ranksSchema },
    async (weights) => layerRanks(model, weights, seed),
  );
}
