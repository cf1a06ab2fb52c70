import { WhyconvError } from '../base/errors.js';
import { RECORDED_FOLDER, RunStore } from '../runs/index.js';
import {
  EXPERIMENT_NAMES,
  hasRecordedFacts,
  recordedEpochCosts,
  recordedFacts,
  runsOf,
  type Study,
  writeEpochCosts,
  writeRecordedFacts,
} from '../study/index.js';
import { runKey } from '../training/index.js';
import { type MergeReport, mergeStores } from './merge.js';

/** What of a study is read. */
type PublishedStudy = Pick<Study, 'dataset' | 'store' | 'seed' | 'experiment'>;

export interface Published extends MergeReport {
  /** Runs of the study. */
  readonly planned: number;
  /** Of them, those that the folder has now, whoever trained them. */
  readonly recorded: number;
  /** Measurements that the folder did not have. */
  readonly measurements: number;
  /** Where they are. */
  readonly folder: string;
}

/**
 * Copies what a study has trained to the folder of the recorded one: the records of its runs, what was measured on them, the
 * weights of the filter sweep's CNNs of its first seed, the costs of epochs, and the facts of its dataset. What is there stays,
 * so that it may be called whenever runs have finished.
 *
 * @throws WhyconvError where the study is not about CIFAR-10, where the folder holds one on other images, or where records of
 *   one run differ: nothing is copied then
 */
export async function publishStudy(
  study: PublishedStudy,
  folder: string = RECORDED_FOLDER,
): Promise<Published> {
  await requireItsImages(study, folder);
  const store = new RunStore(folder);
  const planned = new Set(runsOf(study, EXPERIMENT_NAMES).map(runKey));
  const shown = shownKeys(study);
  const merged = await mergeStores(store, [new RunStore(study.store.folder)], {
    only: ({ key }) => planned.has(key),
    weightsOf: ({ key }) => shown.has(key),
  });
  const measurements = await store.adoptMeasurements(study.store);
  const costs = await recordedEpochCosts(study.store.folder);
  if (costs.length > 0) await writeEpochCosts(folder, costs);
  await writeRecordedFacts(study.dataset, folder);
  const recorded = (await store.list()).filter(({ key }) => planned.has(key)).length;
  return { ...merged, planned: planned.size, recorded, measurements, folder };
}

/** The networks whose weights a repository has room for: those that are shown and served. */
const shownKeys = (study: PublishedStudy): ReadonlySet<string> =>
  new Set(
    study
      .experiment('filterSweep')
      .specs.filter(({ model, seed }) => seed === study.seed && model.name !== 'baseline')
      .map(runKey),
  );

async function requireItsImages({ dataset }: PublishedStudy, folder: string): Promise<void> {
  const parts = { where: dataset.source, found: `images with the fingerprint ${dataset.fingerprint}` };
  if (dataset.name !== 'cifar10') {
    throw new WhyconvError({
      what: 'the recorded study is about CIFAR-10',
      ...parts,
      remedy: 'name the images that the study was trained on with --data',
    });
  }
  if (!hasRecordedFacts(folder)) return;
  const { fingerprint } = await recordedFacts(folder);
  if (fingerprint === dataset.fingerprint) return;
  throw new WhyconvError({
    what: 'the recorded study is on other images',
    ...parts,
    expected: `${fingerprint}, as in ${folder}`,
    remedy: 'name those images with --data, or remove the folder to publish a study on these',
  });
}
