import type { OnProgress } from '../base/progress.js';
import { type Dataset, loadDataset } from '../data/index.js';
import { currentEngine, type EngineChoice, type EngineInfo, startEngine } from '../engine/index.js';
import { type EpochRecord, type RunRecord, runKey, train } from '../training/index.js';
import { type Experiment, type ExperimentName, experiments, type LabelledRun } from './experiments.js';
import { type Profile, type ProfileName, profileFor } from './profiles.js';
import { RunStore } from './store.js';

/** In place of a path: the synthetic shapes, whatever else could be had. */
export const SYNTHETIC = 'synthetic';

export interface StudyOptions {
  readonly profile: ProfileName;
  /** Archive or folder of CIFAR-10, or `synthetic`; empty or absent: the cache, else the download. */
  readonly data?: string | undefined;
  /** The first seed. @default 0 */
  readonly seed?: number | undefined;
  readonly engine?: EngineChoice | undefined;
  readonly store?: RunStore | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly onEpoch?: ((run: LabelledRun, epoch: EpochRecord) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A finished run as an experiment sees it. */
export interface StudyRun {
  readonly label: string;
  readonly record: RunRecord;
  /** True where it was found in the store, not trained just now. */
  readonly recorded: boolean;
}

/** The study opened on a dataset in a profile: its experiments, and the runs that answer them. */
export interface Study {
  readonly profile: Profile;
  readonly dataset: Dataset;
  readonly engine: EngineInfo;
  readonly seed: number;
  readonly store: RunStore;
  readonly experiments: readonly Experiment[];
  experiment(name: ExperimentName): Experiment;
  /** The record of a run: the stored one, else it trains (taking up a checkpoint where there is one) and stores it. */
  run(run: LabelledRun): Promise<StudyRun>;
  /** Every run of an experiment, one after the other. */
  runExperiment(name: ExperimentName): Promise<StudyRun[]>;
}

/** Starts the engine, loads the dataset and opens the store. Trains nothing yet. */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const { onProgress, onEpoch, signal, seed = 0, store = new RunStore() } = options;
  const engine = await startEngine(options.engine);
  const profile = profileFor(options.profile, engine.name);
  const dataset = await loadDataset({
    ...(options.data && options.data !== SYNTHETIC && { path: options.data }),
    synthetic: options.data === SYNTHETIC ? 'only' : profile.syntheticAllowed ? 'fallback' : 'never',
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  const all = experiments({ dataset: dataset.fingerprint, profile, seed });
  const experiment = (name: ExperimentName) => all.find((candidate) => candidate.name === name)!;

  const run = async (labelled: LabelledRun): Promise<StudyRun> => {
    const key = runKey(labelled.spec);
    const found = await store.get(key);
    if (found) return { label: labelled.label, record: found, recorded: true };
    const trained = await train(labelled.spec, dataset, {
      checkpointPath: store.checkpointPath(key),
      onEpoch: (epoch) => onEpoch?.(labelled, epoch),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    await store.put(trained);
    return { label: labelled.label, record: trained.record, recorded: false };
  };
  const runExperiment = async (name: ExperimentName): Promise<StudyRun[]> => {
    const finished: StudyRun[] = [];
    for (const labelled of experiment(name).runs) finished.push(await run(labelled));
    return finished;
  };
  return {
    profile,
    dataset,
    engine: currentEngine(),
    seed,
    store,
    experiments: all,
    experiment,
    run,
    runExperiment,
  };
}

/** The runs of a study that no record answers yet, each once. */
export async function missingRuns(study: Study, names: readonly ExperimentName[]): Promise<LabelledRun[]> {
  const missing = new Map<string, LabelledRun>();
  for (const name of names) {
    for (const run of study.experiment(name).runs) {
      const key = runKey(run.spec);
      if (!(await study.store.get(key))) missing.set(key, run);
    }
  }
  return [...missing.values()];
}
