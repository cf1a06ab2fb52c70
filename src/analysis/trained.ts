import { WhyconvError } from '../base/errors.js';
import { type ImageSet, selectImages } from '../data/index.js';
import type { Study } from '../study/index.js';
import { type RunRecord, splitIndices } from '../training/index.js';

/**
 * Best weights of a run, in the order of `weightShapes(record.spec.model)`.
 *
 * @throws WhyconvError where they are not at hand, as those of a run that diverged
 */
export async function trainedWeights(study: Study, record: RunRecord): Promise<Float32Array[]> {
  const weights = await study.store.weights(record);
  if (weights) return weights;
  const { name } = record.spec.model;
  throw new WhyconvError({
    what: `the weights of a run of ${name} are missing`,
    where: study.store.folder,
    found: `the record ${record.key}.json without ${record.key}.safetensors beside it`,
    remedy: 'delete the record: the run will be trained again',
  });
}

/** The first images that a run was validated on, at most `limit`; of the dataset it was trained on, untransformed. */
export function validationImages(study: Study, { spec }: RunRecord, limit: number): ImageSet {
  const dataset = study.datasetOf(spec);
  const { validation } = splitIndices(dataset, spec);
  return selectImages(dataset.train, validation.subarray(0, limit));
}
