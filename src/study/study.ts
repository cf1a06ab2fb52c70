import { UsageError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import type { Dataset } from '../data/index.js';
import {
  currentEngine,
  type EngineChoice,
  type EngineInfo,
  type Precision,
  startEngine,
} from '../engine/index.js';
import { type RunRecord, type RunSpec, runKey } from '../training/index.js';
import { datasetFor, loadStudyDataset, studyPositions } from './dataset.js';
import type { Experiment, ExperimentName, LabelledRun } from './experiment.js';
import { experiments } from './experiments/index.js';
import type { Profile, ProfileName } from './profile.js';
import { profileFor } from './profiles.js';
import { defaultJobs } from './schedule.js';
import { RunStore } from './store.js';
import { trainRuns } from './train-runs.js';

export interface StudyOptions {
  readonly profile: ProfileName;
  /** Archive or folder of CIFAR-10, or `synthetic`; empty or absent: the cache, else the download. */
  readonly data?: string | undefined;
  /** The first seed. @default 0 */
  readonly seed?: number | undefined;
  readonly engine?: EngineChoice | undefined;
  readonly store?: RunStore | undefined;
  /** Runs trained side by side, each in a process on a core of its own. @default WHYCONV_JOBS, else what pays here */
  readonly jobs?: number | undefined;
  /** @default float32 */
  readonly precision?: Precision | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Called for each run that was trained, not for those found in the store. */
  readonly onTrained?: ((run: StudyRun) => void) | undefined;
  /** A function is asked for the signal of each call. */
  readonly signal?: AbortSignal | (() => AbortSignal | undefined) | undefined;
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
  /** What the study is of; experiments that need another bring it: see {@link Study.datasetOf}. */
  readonly dataset: Dataset;
  readonly engine: EngineInfo;
  readonly seed: number;
  readonly store: RunStore;
  readonly experiments: readonly Experiment[];
  experiment(name: ExperimentName): Experiment;
  run(run: LabelledRun): Promise<StudyRun>;
  /**
   * The record of each run: the stored one, else it is trained (a checkpoint is taken up where there is one) and stored.
   * Several are trained side by side where that pays.
   */
  runAll(runs: readonly LabelledRun[]): Promise<StudyRun[]>;
  /** {@link runAll} for an experiment. */
  runExperiment(name: ExperimentName): Promise<StudyRun[]>;
  /** {@link runAll} for several at once, so that all that is missing shares the cores; by name. */
  runExperiments<Name extends ExperimentName>(
    names: readonly Name[],
  ): Promise<Readonly<Record<Name, StudyRun[]>>>;
  /** The dataset that a run is specified for. @throws WhyconvError where the study has none such */
  datasetOf(spec: Pick<RunSpec, 'dataset'>): Dataset;
}

/** Starts the engine, loads the dataset and opens the store. Trains nothing yet. */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const { onProgress, onTrained, seed = 0, store = new RunStore() } = options;
  const signalOfCall = () => (typeof options.signal === 'function' ? options.signal() : options.signal);
  const jobs = options.jobs ?? jobsFromEnvironment() ?? defaultJobs();
  const engine = await startEngine(options.engine);
  const profile = profileFor(options.profile, engine.name);
  const dataset = await loadStudyDataset(options.data, profile, { onProgress, signal: signalOfCall() });
  const positions = studyPositions();
  const datasets = [dataset, positions];
  const all = experiments({
    dataset: dataset.fingerprint,
    images: dataset.train.count,
    positions: positions.fingerprint,
    profile,
    seed,
    precision: options.precision,
  });
  const experiment = (name: ExperimentName) => findExperiment(all, name);

  const recordOf = async ({ label, spec }: LabelledRun, recorded: boolean): Promise<StudyRun> => ({
    label,
    record: (await store.get(runKey(spec)))!,
    recorded,
  });
  const onDone = async (run: LabelledRun) => onTrained?.(await recordOf(run, false));
  const runAll = async (runs: readonly LabelledRun[]): Promise<StudyRun[]> => {
    const missing = await withoutRecord(store, runs);
    await trainRuns(missing, { datasets, engine, store, jobs, onProgress, onDone, signal: signalOfCall() });
    const trained = new Set(missing.map(({ spec }) => runKey(spec)));
    return Promise.all(runs.map((run) => recordOf(run, !trained.has(runKey(run.spec)))));
  };
  const runExperiments = async <Name extends ExperimentName>(names: readonly Name[]) => {
    const asked = names.flatMap((name) => experiment(name).runs.map((run) => ({ ...run, name })));
    const answers = await runAll(asked);
    const of = (name: Name) => answers.filter((_, i) => asked[i]!.name === name);
    return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, StudyRun[]>;
  };
  return {
    profile,
    dataset,
    engine: currentEngine(),
    seed,
    store,
    experiments: all,
    experiment,
    run: async (labelled) => (await runAll([labelled]))[0]!,
    runAll,
    runExperiment: (name) => runAll(experiment(name).runs),
    runExperiments,
    datasetOf: (spec) => datasetFor(datasets, spec),
  };
}

/** By name, which comes unchecked from a notebook or the command line. */
function findExperiment(all: readonly Experiment[], name: string): Experiment {
  const found = all.find((candidate) => candidate.name === name);
  if (found) return found;
  throw new UsageError({
    what: 'unknown experiment',
    found: name,
    expected: all.map((candidate) => candidate.name).join(', '),
  });
}

/** The runs of a study that no record answers yet, each once. */
export async function missingRuns(study: Study, names: readonly ExperimentName[]): Promise<LabelledRun[]> {
  return withoutRecord(
    study.store,
    names.flatMap((name) => study.experiment(name).runs),
  );
}

async function withoutRecord(store: RunStore, runs: readonly LabelledRun[]): Promise<LabelledRun[]> {
  const missing = new Map<string, LabelledRun>();
  for (const run of runs) {
    const key = runKey(run.spec);
    if (!missing.has(key) && !(await store.get(key))) missing.set(key, run);
  }
  return [...missing.values()];
}

/** WHYCONV_JOBS, a whole number from 1. */
function jobsFromEnvironment(): number | undefined {
  const text = process.env.WHYCONV_JOBS;
  return text === undefined || text === '' ? undefined : parseJobs(text, 'WHYCONV_JOBS');
}

/** A number of worker processes from outside. */
export function parseJobs(text: string, where: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UsageError({
    what: 'not a number of jobs',
    where,
    found: text,
    expected: 'a whole number from 1',
  });
}
