import { divergedRuns, resultsByCondition, seedSpread, withEpochCosts } from '../analysis/index.js';
import { mapFew } from '../base/map-few.js';
import type { OnProgress } from '../base/progress.js';
import { withoutImages } from '../data/index.js';
import { RECORDED_FOLDER, RunStore, recordedRuns } from '../runs/index.js';
import { fitProfile, profileFor, recordedEpochCosts, recordedFacts, type Study } from '../study/index.js';
import { type RunRecord, runKey } from '../training/index.js';
import type { Evidence } from './evidence.js';
import { type MeasuredStudy, measurementsFor } from './measure.js';

/** What {@link collectEvidence} adds to the study's own runs. */
export interface CollectOptions {
  /**
   * Runs recorded elsewhere, for the spread between seeds only: of comparable conditions, on whatever dataset. Default: those in
   * the repository.
   */
  readonly recorded?: Iterable<RunRecord> | undefined;
  /** Called while trained networks are measured. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * What the records of the study's experiments say so far: runs that are missing are left out, nothing is trained. What is read
 * off trained networks is measured where it was not yet, which takes some seconds per network.
 *
 * @example
 * ```ts
 * import { collectEvidence, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const { results, dataset } = await collectEvidence(study);
 * dataset.name; // => 'shapes'
 * ```
 */
export async function collectEvidence(study: Study, options: CollectOptions = {}): Promise<Evidence> {
  const specs = study.experiments.flatMap((experiment) => experiment.specs);
  const keys = [...new Set(specs.map(runKey))];
  const stored = await mapFew(keys, (key) => study.store.get(key));
  const records = stored.filter((record) => record !== undefined);
  const results = withEpochCosts(resultsByCondition(records), study.costs);
  const recorded = options.recorded ?? (await recordedRuns());
  const { fingerprint, available } = study.subject;
  const evidence = {
    dataset: { name: study.dataset.name, fingerprint, available },
    profile: fitProfile(study.profile, available),
    results,
    diverged: divergedRuns(records),
    spread: seedSpread(results, resultsByCondition(recorded)),
  };
  return { ...evidence, measured: await measurementsFor(study, evidence, options.onProgress) };
}

/**
 * The evidence of the recorded study, to show next to that of another: undefined where the study is the recorded one itself,
 * or not about CIFAR-10, whose figures stand next to no others.
 *
 * @example
 * ```ts
 * import { evidenceBeside, openStudy, recordedRuns } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * await evidenceBeside(study, await recordedRuns()); // => undefined
 * ```
 */
export const evidenceBeside = async (
  { recorded, dataset }: Pick<Study, 'recorded' | 'dataset'>,
  records: readonly RunRecord[],
): Promise<Evidence | undefined> =>
  recorded || dataset.name !== 'cifar10' ? undefined : recordedEvidence(records);

/**
 * What the study in the repository says, without its images: measurements of its trained networks are those that are stored
 * with it. Undefined where there are no records.
 *
 * @param records of that study
 * @example
 * ```ts
 * import { judgeClaims, recordedEvidence, recordedRuns } from 'whyconv';
 *
 * const evidence = await recordedEvidence(await recordedRuns());
 * judgeClaims(evidence!).length; // => 15
 * await recordedEvidence([]); // => undefined
 * ```
 */
export async function recordedEvidence(records: readonly RunRecord[]): Promise<Evidence | undefined> {
  if (records.length === 0) return undefined;
  const facts = await recordedFacts();
  const { name, fingerprint, train: available } = facts;
  const results = withEpochCosts(resultsByCondition(records), await recordedEpochCosts());
  const evidence = {
    dataset: { name, fingerprint, available },
    profile: fitProfile(profileFor('full', 'native'), available),
    results,
    diverged: divergedRuns(records),
    spread: seedSpread(results, []),
  };
  const stored: MeasuredStudy = {
    store: new RunStore(RECORDED_FOLDER),
    datasetOf: () => withoutImages(facts),
    engine: { name: 'native' },
  };
  return { ...evidence, measured: await measurementsFor(stored, evidence) };
}
