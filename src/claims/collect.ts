import { divergedRuns, resultsByCondition, seedSpread } from '../analysis/index.js';
import type { OnProgress } from '../base/progress.js';
import { fitProfile, type Study } from '../study/index.js';
import { type RunRecord, runKey } from '../training/index.js';
import type { Evidence } from './evidence.js';
import { measurementsFor } from './measure.js';

export interface CollectOptions {
  /** Runs recorded elsewhere, for the spread between seeds only: of comparable conditions, on whatever dataset. */
  readonly recorded?: Iterable<RunRecord> | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * What the records of the study's experiments say so far: runs that are missing are left out, nothing is trained. What is read
 * off trained networks is measured where it was not yet, which takes some seconds per network.
 */
export async function collectEvidence(study: Study, options: CollectOptions = {}): Promise<Evidence> {
  const specs = study.experiments.flatMap(({ runs }) => runs.map(({ spec }) => spec));
  const keys = [...new Set(specs.map(runKey))];
  const stored = await Promise.all(keys.map((key) => study.store.get(key)));
  const records = stored.filter((record) => record !== undefined);
  const results = resultsByCondition(records);
  const { name, fingerprint, train } = study.dataset;
  const evidence = {
    dataset: { name, fingerprint, available: train.count },
    profile: fitProfile(study.profile, train.count),
    results,
    diverged: divergedRuns(records),
    spread: seedSpread(results, resultsByCondition(options.recorded ?? [])),
  };
  return { ...evidence, measured: await measurementsFor(study, evidence, options.onProgress) };
}
