import { WhyconvError } from '../base/errors.js';
import type { Dataset } from '../data/index.js';
import { PROTOCOLS, runSpec, type Setting, type Study } from '../study/index.js';
import { type RunResults, train } from '../training/index.js';
import { kernelHost } from './host.js';

/** What a run on few images is of; what is left out is the study's own. */
export type TrySetting = Pick<Setting, 'model'> & Partial<Omit<Setting, 'validation' | 'test'>>;

/** Images: so few that a network is trained in seconds. */
const FEW = { images: 500, validation: 500, test: 1000 } as const;

/**
 * Trains a network on 500 images under the fast protocol with the study's seed, to try something out, as exercises do. No
 * record is kept; interrupting the cell stops it. One run on few images: differences of a few points say little.
 *
 * @param dataset default: the study's; another one must have its fingerprint, such as the same images in another order
 * @throws WhyconvError where the loss stopped being a number
 * @example
 * const { test } = await tryRun(study, { model: MODELS.small, block: 2 });
 */
export async function tryRun(
  study: Pick<Study, 'dataset' | 'profile' | 'seed'>,
  setting: TrySetting,
  dataset: Dataset = study.dataset,
): Promise<RunResults> {
  const { fingerprint, train: images } = study.dataset;
  const spec = runSpec(
    { protocol: PROTOCOLS.fast, ...FEW, ...setting },
    {
      dataset: fingerprint,
      available: images.count,
      seed: study.seed,
      maxEpochs: study.profile.maxEpochs,
    },
  );
  const signal = kernelHost()?.signal();
  const { record } = await train(spec, dataset, signal ? { signal } : {});
  if (record.results) return record.results;
  throw new WhyconvError({
    what: `the run of ${setting.model.name} diverged: its loss stopped being a number`,
    remedy: 'lower the learning rate, for example with PROTOCOLS.fastLowRate',
  });
}
