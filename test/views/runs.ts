import { comparisons, resultsByCondition, seedSpread } from '../../src/analysis/index.js';
import type { FinishedRun } from '../../src/runs/index.js';
import { type ExperimentName, experiments, type Profile, profileFor } from '../../src/study/index.js';
import { runKey } from '../../src/training/index.js';
import { type TrainedResults, trainedResults } from '../../src/views/index.js';
import { CIFAR10, type MadeStudy, madeEvidence } from '../support/evidence.js';

const QUICK: Profile = profileFor('quick', 'native');

/** The fingerprint of the synthetic positions in a fabricated study. */
export const POSITIONS = 'f'.repeat(64);

/** What `study.runExperiments` gives in a study that never was: the quick profile with one seed where it does not say. */
export function madeRuns<Name extends ExperimentName>(
  names: readonly Name[],
  study: MadeStudy,
): Record<Name, FinishedRun[]> {
  const { profile = QUICK, seeds = 1, dataset = CIFAR10 } = study;
  const evidence = madeEvidence({ ...study, profile, seeds });
  const records = [...evidence.results.flatMap((result) => result.records), ...evidence.diverged];
  const byKey = new Map(records.map((record) => [record.key, record]));
  const all = experiments({
    dataset: { fingerprint: evidence.dataset.fingerprint, available: dataset.train },
    positions: { fingerprint: POSITIONS, available: 5000 },
    profile: { ...profile, seeds },
    seed: 0,
  });
  const of = (name: Name) =>
    all
      .find((experiment) => experiment.name === name)!
      .specs.flatMap((spec) => byKey.get(runKey(spec)) ?? [])
      .map((record) => ({ record, recorded: true }));
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, FinishedRun[]>;
}

/** The same as results by experiment. */
export function madeResults<Name extends ExperimentName>(
  names: readonly Name[],
  study: MadeStudy,
): TrainedResults<Name> {
  const runs = madeRuns(names, study);
  const here = resultsByCondition(names.flatMap((name) => runs[name].map(({ record }) => record)));
  return trainedResults(runs, { spread: seedSpread(here) });
}

/** Nothing was trained. */
export const nothing = { results: [], compare: comparisons([]) };
