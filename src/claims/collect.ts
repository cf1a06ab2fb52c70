import { divergedRuns, resultsByCondition, seedSpread } from '../analysis/index.js';
import type { OnProgress } from '../base/progress.js';
import { RECORDED_FOLDER, RunStore } from '../runs/index.js';
import { fitProfile, profileFor, type Study } from '../study/index.js';
import { type RunRecord, runKey } from '../training/index.js';
import type { Evidence } from './evidence.js';
import { measurementsFor } from './measure.js';

export interface CollectOptions {
  /**
   * Runs recorded elsewhere, for the spread between seeds only: of comparable conditions, on whatever dataset. Default: those in
   * the repository.
   */
  readonly recorded?: Iterable<RunRecord> | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * What the records of the study's experiments say so far: runs that are missing are left out, nothing is trained. What is read
 * off trained networks is measured where it was not yet, which takes some seconds per network.
 */
export async function collectEvidence(study: Study, options: CollectOptions = {}): Promise<Evidence> {
  const specs = study.experiments.flatMap((experiment) => experiment.specs);
  const keys = [...new Set(specs.map(runKey))];
  const stored = await Promise.all(keys.map((key) => study.store.get(key)));
  const records = stored.filter((record) => record !== undefined);
  const results = resultsByCondition(records);
  const recorded = options.recorded ?? (await new RunStore(RECORDED_FOLDER).list());
  const { name, fingerprint, train } = study.dataset;
  const evidence = {
    dataset: { name, fingerprint, available: train.count },
    profile: fitProfile(study.profile, train.count),
    results,
    diverged: divergedRuns(records),
    spread: seedSpread(results, resultsByCondition(recorded)),
  };
  return { ...evidence, measured: await measurementsFor(study, evidence, options.onProgress) };
}

/** Images of CIFAR-10's training set: recorded studies are about no other dataset. */
const CIFAR10_IMAGES = 50_000;

/**
 * What the records of a study in the repository say, without its images: whatever is measured on trained networks is left out.
 * Undefined where there are no records.
 */
export function recordedEvidence(records: readonly RunRecord[]): Evidence | undefined {
  const profile = fitProfile(profileFor('full', 'native'), CIFAR10_IMAGES);
  // The synthetic positions are part of every study; most runs are on the study's own images.
  const [fingerprint] = byFrequency(records.map(({ spec }) => spec.dataset));
  if (fingerprint === undefined) return undefined;
  const results = resultsByCondition(records);
  return {
    dataset: { name: 'cifar10', fingerprint, available: CIFAR10_IMAGES },
    profile,
    results,
    diverged: divergedRuns(records),
    spread: seedSpread(results, []),
    measured: {},
  };
}

function byFrequency(values: readonly string[]): string[] {
  const count = (value: string) => values.filter((other) => other === value).length;
  return [...new Set(values)].sort((a, b) => count(b) - count(a));
}
