import { UsageError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import type { Dataset } from '../data/index.js';
import {
  type EngineChoice,
  type EngineInfo,
  type Precision,
  processorHasBfloat16,
  startEngine,
} from '../engine/index.js';
import {
  datasetFor,
  defaultJobs,
  type FinishedRun,
  loadSource,
  RunStore,
  runAll,
  withoutRecord,
} from '../runs/index.js';
import type { RunRecord, RunSpec } from '../training/index.js';
import { describeRun } from './condition.js';
import { loadStudyDataset, POSITIONS, sourceOf } from './dataset.js';
import { type Experiment, type ExperimentName, type PlannedSetting, plannedRuns } from './experiment.js';
import { experiments } from './experiments/index.js';
import type { Profile, ProfileName } from './profile.js';
import { profileFor } from './profiles.js';

export interface StudyOptions {
  readonly profile: ProfileName;
  /** Archive or folder of CIFAR-10, or `synthetic`; empty or absent: the cache, otherwise the download. */
  readonly data?: string | undefined;
  /** The first seed. @default 0 */
  readonly seed?: number | undefined;
  readonly engine?: EngineChoice | undefined;
  readonly store?: RunStore | undefined;
  /** Runs trained in parallel, each in a process on a core of its own. @default see `defaultJobs` */
  readonly jobs?: number | undefined;
  /** @default float32 */
  readonly precision?: Precision | undefined;
  /** False trains operation by operation on the native engine too. @default see `CompileOptions` */
  readonly compile?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Called for each run that was trained, not for the ones that were found in the store. */
  readonly onTrained?: ((record: RunRecord) => void) | undefined;
  /** Stops what is training at its next batch, with its checkpoint kept. A function is asked for the signal of each call. */
  readonly signal?: AbortSignal | (() => AbortSignal | undefined) | undefined;
}

/** The study opened on a dataset in a profile: its experiments, and the runs that answer them. */
export interface Study {
  readonly profile: Profile;
  /** What the study is about; experiments that need another dataset bring it: see {@link Study.datasetOf}. */
  readonly dataset: Dataset;
  readonly engine: EngineInfo;
  readonly seed: number;
  readonly store: RunStore;
  readonly experiments: readonly Experiment[];
  /** @throws UsageError where there is no experiment of that name */
  experiment(name: ExperimentName): Experiment;
  /**
   * The records of the experiments' runs, by name: stored ones, and the rest trained. All that is missing shares the cores.
   *
   * @throws InterruptedError when the study's signal aborts
   */
  runExperiments<Name extends ExperimentName>(
    names: readonly Name[],
  ): Promise<Readonly<Record<Name, FinishedRun[]>>>;
  /**
   * The records of runs of your own, in the order of their settings: stored ones, and the rest trained. What a setting leaves
   * out is the study's: the fast protocol, the profile's images, the first seed.
   *
   * @example
   * await study.runSettings([{ model: MODELS.small, images: 2_500 }, { model: cnn('mine', 12, 24), images: 2_500 }]);
   */
  runSettings(settings: readonly PlannedSetting[]): Promise<FinishedRun[]>;
  /** The dataset that a run is specified for. @throws WhyconvError where the study does not have it */
  datasetOf(spec: Pick<RunSpec, 'dataset'>): Dataset;
}

/** Starts the engine, loads the dataset and opens the store, where leftovers of killed processes are removed. Trains nothing yet. */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const { onProgress, onTrained, compile, seed = 0, store = new RunStore() } = options;
  const signalOfCall = () => (typeof options.signal === 'function' ? options.signal() : options.signal);
  const jobs = options.jobs ?? defaultJobs();
  await store.prepare();
  await store.removeLeftovers();
  const engine = await startEngine(options.engine);
  const profile = profileFor(options.profile, engine.name);
  const dataset = await loadStudyDataset(options.data, profile, { onProgress, signal: signalOfCall() });
  const positions = await loadSource(POSITIONS);
  const datasets = [
    { dataset, source: sourceOf(dataset) },
    { dataset: positions, source: POSITIONS },
  ];
  const subject = {
    dataset: subjectOf(dataset),
    positions: subjectOf(positions),
    profile,
    seed,
    precision: options.precision,
    bfloat16: engine.name === 'native' && processorHasBfloat16(),
  };
  const all = experiments(subject);
  const experiment = (name: ExperimentName) => findExperiment(all, name);

  const run = (specs: readonly RunSpec[]) =>
    runAll(specs, {
      ...{ datasets, engine, store, jobs, compile, onProgress, onTrained },
      nameOf: describeRun,
      signal: signalOfCall(),
    });
  const runSettings = (settings: readonly PlannedSetting[]) =>
    run(plannedRuns({ settings: () => settings, seeds: () => 1 }, subject));
  const runExperiments = async <Name extends ExperimentName>(names: readonly Name[]) => {
    const asked = names.flatMap((name) => experiment(name).specs.map((spec) => ({ name, spec })));
    const finished = await run(asked.map(({ spec }) => spec));
    const of = (name: Name) => finished.filter((_, i) => asked[i]!.name === name);
    return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, FinishedRun[]>;
  };
  const datasetOf = (spec: Pick<RunSpec, 'dataset'>) => datasetFor(datasets, spec).dataset;
  return {
    profile,
    dataset,
    engine,
    seed,
    store,
    experiments: all,
    experiment,
    runExperiments,
    runSettings,
    datasetOf,
  };
}

const subjectOf = ({ fingerprint, train }: Dataset) => ({ fingerprint, available: train.count });

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

/** The runs of experiments that have no record yet, each once. */
export function missingRuns(study: Study, names: readonly ExperimentName[]): Promise<RunSpec[]> {
  const specs = names.flatMap((name) => study.experiment(name).specs);
  return withoutRecord(study.store, specs);
}
