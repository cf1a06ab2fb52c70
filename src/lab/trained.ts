import { WhyconvError } from '../base/errors.js';
import { type ImageSet, selectImages } from '../data/index.js';
import type { Study } from '../study/index.js';
import { type RunRecord, splitIndices } from '../training/index.js';

/**
 * Best weights of a run, in the order of `weightShapes(record.spec.model)`.
 *
 * @throws WhyconvError where the store does not have them, as those of a run that diverged
 */
export async function trainedWeights(study: Study, record: RunRecord): Promise<Float32Array[]> {
  const weights = await study.store.weights(record);
  if (weights) return weights;
  const { name } = record.spec.model;
  throw new WhyconvError({
    what: `the weights of a run of ${name} are missing`,
    where: study.store.folder,
    found: `the record ${record.key}.json without ${record.key}.safetensors next to it`,
    remedy: 'delete the record: the run will be trained again',
  });
}

/** A run that diverged has no weights, and a record may have come without them. */
export const hasWeights = async (study: Study, record: RunRecord): Promise<boolean> =>
  record.results !== undefined && (await study.store.weights(record)) !== undefined;

/** Which images `validationImages` takes the first of: equal for runs that were validated on the same images. */
export interface JudgedImages {
  /** Its fingerprint. */
  readonly dataset: string;
  readonly splitSeed: number;
  /** Images in the validation split. */
  readonly validation: number;
}

export const judgedImages = ({ spec: { dataset, split } }: RunRecord): JudgedImages => ({
  dataset,
  splitSeed: split.seed,
  validation: split.validation,
});

/** The first images that a run was validated on, at most `limit`; of the dataset it was trained on, untransformed. */
export function validationImages(study: Study, { spec }: RunRecord, limit: number): ImageSet {
  const dataset = study.datasetOf(spec);
  const { validation } = splitIndices(dataset, spec);
  return selectImages(dataset.train, validation.subarray(0, limit));
}
