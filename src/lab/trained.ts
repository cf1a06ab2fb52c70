import { WhyconvError } from '../base/errors.js';
import { type ImageSet, selectImages } from '../data/index.js';
import type { Study } from '../study/index.js';
import { type RunRecord, splitIndices } from '../training/index.js';

/** What of a study is needed to look into its trained networks. */
export type TrainedStudy = Pick<Study, 'store' | 'datasetOf'>;

/** Thrown where a record is there without its weights. */
export class MissingWeightsError extends WhyconvError {}

/**
 * Best weights of a run, in the order of `weightShapes(record.spec.model)`.
 *
 * @throws MissingWeightsError where the store does not have them, as those of a run that diverged
 * @example
 * ```ts
 * import { MODELS, openStudy, trainedWeights } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * (await trainedWeights(study, run!.record)).length; // => 14
 * ```
 */
export async function trainedWeights(study: TrainedStudy, record: RunRecord): Promise<Float32Array[]> {
  const weights = await study.store.weights(record);
  if (weights) return weights;
  throw missingWeights(study, record);
}

export const missingWeights = ({ store }: TrainedStudy, { key, spec }: RunRecord): MissingWeightsError =>
  new MissingWeightsError({
    what: `the weights of a run of ${spec.model.name} are missing`,
    where: store.folder,
    found: `the record ${key}.json without ${key}.safetensors next to it`,
    remedy: 'delete the record: the run will be trained again',
  });

/** Which images `validationImages` takes the first of: equal for runs that were validated on the same images. */
export interface JudgedImages {
  /** Its fingerprint. */
  readonly dataset: string;
  /** Seed of the split that set them aside. */
  readonly splitSeed: number;
  /** Images in the validation split. */
  readonly validation: number;
}

export const judgedImages = ({ spec: { dataset, split } }: RunRecord): JudgedImages => ({
  dataset,
  splitSeed: split.seed,
  validation: split.validation,
});

/**
 * The first images that a run was validated on, at most `limit`; of the dataset it was trained on, untransformed.
 *
 * @example
 * ```ts
 * import { MODELS, openStudy, validationImages } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * validationImages(study, run!.record, 50).count; // => 50
 * ```
 */
export function validationImages(
  study: Pick<Study, 'datasetOf'>,
  { spec }: RunRecord,
  limit: number,
): ImageSet {
  const dataset = study.datasetOf(spec);
  const { validation } = splitIndices(dataset, spec);
  return selectImages(dataset.train, validation.subarray(0, limit));
}
