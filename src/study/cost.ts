import { type Estimate, Estimator } from '../runs/index.js';
import { type RunRecord, type RunSpec, runKey } from '../training/index.js';
import type { Experiment, ExperimentName } from './experiment.js';
import type { Study } from './study.js';

/** What the runs of some experiments took, or may take. */
export interface StudyCost {
  readonly experiments: readonly ExperimentCost[];
  /** Runs without a record, each counted once, however many experiments ask for it. */
  readonly missing: number;
  /** To train them, at most. */
  readonly coreSeconds: number;
}

export interface ExperimentCost extends Experiment {
  readonly runs: readonly RunCost[];
  /** To train what is missing and not shared with an experiment before it, at most. */
  readonly coreSeconds: number;
}

export interface RunCost {
  readonly spec: RunSpec;
  readonly record: RunRecord | undefined;
  readonly estimate: Estimate;
  /** The earlier experiment that asks for the same run. */
  readonly sharedWith: ExperimentName | undefined;
}

/** Trains nothing. */
export async function studyCost(study: Study, names: readonly ExperimentName[]): Promise<StudyCost> {
  const records = await study.store.list();
  const byKey = new Map(records.map((record) => [record.key, record]));
  const estimator = new Estimator(study.engine.name, records);
  const askedBy = new Map<string, ExperimentName>();
  const experiments = names.map((name): ExperimentCost => {
    const experiment = study.experiment(name);
    const runs = experiment.specs.map((spec): RunCost => {
      const key = runKey(spec);
      const sharedWith = askedBy.get(key);
      if (!sharedWith) askedBy.set(key, name);
      const estimate = estimator.estimate(spec, study.datasetOf(spec));
      return { spec, record: byKey.get(key), estimate, sharedWith };
    });
    return { ...experiment, runs, coreSeconds: sumOf(toTrain(runs)) };
  });
  const missing = experiments.flatMap(({ runs }) => toTrain(runs));
  return { experiments, missing: missing.length, coreSeconds: sumOf(missing) };
}

const toTrain = (runs: readonly RunCost[]) => runs.filter(({ record, sharedWith }) => !record && !sharedWith);

const sumOf = (runs: readonly RunCost[]) => runs.reduce((sum, { estimate }) => sum + estimate.coreSeconds, 0);
