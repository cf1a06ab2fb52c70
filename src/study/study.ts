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
  RECORDED_FOLDER,
  RunStore,
  runAll,
  withoutRecord,
} from '../runs/index.js';
import { type RunRecord, type RunSpec, runKey } from '../training/index.js';
import { describeRun } from './condition.js';
import { loadStudyDataset, POSITIONS, sourceOf } from './dataset.js';
import { type EpochCost, recordedEpochCosts } from './epoch-cost.js';
import {
  type Experiment,
  type ExperimentName,
  type PlannedSetting,
  plannedRuns,
  type SubjectDataset,
} from './experiment.js';
import { experiments } from './experiments/index.js';
import type { Profile, ProfileName } from './profile.js';
import { profileFor } from './profiles.js';
import { datasetForRecorded, recordedFacts, showsRecorded } from './recorded.js';

/** What {@link openStudy} opens, and how its runs are trained. */
export interface StudyOptions {
  /** How much of the study is run. */
  readonly profile: ProfileName;
  /** Archive or folder of CIFAR-10, or `synthetic`; empty or absent: the cache, otherwise the download. */
  readonly data?: string | undefined;
  /** The first seed. @default 0 */
  readonly seed?: number | undefined;
  /** Default: the environment variable WHYCONV_ENGINE, otherwise `auto`. */
  readonly engine?: EngineChoice | undefined;
  /** Where records are looked for and kept. Default: the folder of {@link defaultStoreFolder}. */
  readonly store?: RunStore | undefined;
  /**
   * Whether the experiments are those of the study recorded in the repository: their runs are read, and none is trained.
   *
   * @default in the profile full, unless WHYCONV_TRAIN is set
   */
  readonly recorded?: boolean | undefined;
  /** Runs trained in parallel, each in a process on a core of its own. @default see `defaultJobs` */
  readonly jobs?: number | undefined;
  /** True trains one run after another, each in a process of its own on all cores, as `RunAllOptions` says. @default false */
  readonly apart?: boolean | undefined;
  /** @default float32 */
  readonly precision?: Precision | undefined;
  /** False trains operation by operation on the native engine too. @default see `CompileOptions` */
  readonly compile?: boolean | undefined;
  /** Called while images are loaded and while runs are trained. */
  readonly onProgress?: OnProgress | undefined;
  /** Called for each run that was trained, not for the ones that were found in the store. */
  readonly onTrained?: ((record: RunRecord) => void) | undefined;
  /** Called for each run that fails, see `RunAllOptions`. */
  readonly onFailed?: ((spec: RunSpec, error: unknown) => void) | undefined;
  /** Stops what is training at its next batch, with its checkpoint kept. A function is asked for the signal of each call. */
  readonly signal?: AbortSignal | (() => AbortSignal | undefined) | undefined;
}

/** The study opened on a dataset in a profile: its experiments, and the runs that answer them. */
export interface Study {
  /** How much of the study is run, as it fits the engine. */
  readonly profile: Profile;
  /** Whether its experiments are the recorded ones, of which none is trained: a run that is missing is left out. */
  readonly recorded: boolean;
  /** What the study is about; experiments that need another dataset bring it: see {@link Study.datasetOf}. */
  readonly dataset: Dataset;
  /** The dataset that the experiments are specified for: of a recorded study, the one it was recorded on. */
  readonly subject: SubjectDataset;
  /** The engine that was started. */
  readonly engine: EngineInfo;
  /** The first seed. */
  readonly seed: number;
  /** Where its records are. */
  readonly store: RunStore;
  /** What epochs cost on a machine that does nothing else, where it was measured: of a recorded study. */
  readonly costs: readonly EpochCost[];
  /** All of them, those included that the profile leaves out: they have no runs. */
  readonly experiments: readonly Experiment[];
  /** @throws UsageError where there is no experiment of that name */
  experiment(name: ExperimentName): Experiment;
  /**
   * The records of the experiments' runs, by name: stored ones, and the rest trained (of a recorded study, left out). All that
   * is missing shares the cores.
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
   * ```ts
   * import { cnn, MODELS, openStudy } from 'whyconv';
   *
   * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
   * const settings = [MODELS.small, cnn('mine', 4, 8)].map((model) => ({ model, images: 320 }));
   * const runs = await study.runSettings(settings);
   * runs.map(({ record }) => record.spec.model.name); // => ['small', 'mine']
   * ```
   */
  runSettings(settings: readonly PlannedSetting[]): Promise<FinishedRun[]>;
  /** The records of runs by their specs, in that order: stored ones, and the rest trained, on the datasets that the study has. */
  runSpecs(specs: readonly RunSpec[]): Promise<FinishedRun[]>;
  /** The dataset that a run is specified for. @throws WhyconvError where the study does not have it */
  datasetOf(spec: Pick<RunSpec, 'dataset'>): Dataset;
}

/**
 * Starts the engine, loads the dataset and opens the store, where leftovers of killed processes are removed. Trains nothing yet, and
 * needs a store that can be written only where something is trained.
 *
 * @example
 * ```ts
 * import { MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * study.dataset.name; // => 'shapes'
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * run!.record.status; // => 'complete'
 * await study.runExperiments(['filterSwep' as 'filterSweep']); // throws UsageError: unknown experiment
 * ```
 */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const {
    onProgress,
    onTrained,
    onFailed,
    compile,
    apart,
    seed = 0,
    recorded = showsRecorded(options.profile),
  } = options;
  const signalOfCall = () => (typeof options.signal === 'function' ? options.signal() : options.signal);
  const jobs = options.jobs ?? defaultJobs();
  const store = storeFor(options.store, recorded);
  await store.removeLeftovers();
  const engine = await startEngine(options.engine);
  const profile = profileFor(options.profile, engine.name);
  const loading = { onProgress, signal: signalOfCall() };
  const facts = recorded ? await recordedFacts() : undefined;
  const dataset = facts
    ? await datasetForRecorded(options.data, facts, loading)
    : await loadStudyDataset(options.data, profile, loading);
  const positions = await loadSource(POSITIONS);
  const datasets = [
    { dataset, source: sourceOf(dataset) },
    { dataset: positions, source: POSITIONS },
  ];
  const own = {
    dataset: subjectOf(dataset),
    positions: subjectOf(positions),
    profile,
    seed,
    precision: options.precision,
    bfloat16: engine.name === 'native' && processorHasBfloat16(),
  };
  const subject = facts
    ? { ...own, dataset: { fingerprint: facts.fingerprint, available: facts.train, test: facts.test } }
    : own;
  const all = experiments(subject);
  const experiment = (name: ExperimentName) => findExperiment(all, name);

  const train = (specs: readonly RunSpec[]) =>
    runAll(specs, {
      ...{ datasets, engine, store, jobs, apart, compile, onProgress, onTrained, onFailed },
      nameOf: describeRun,
      signal: signalOfCall(),
    });
  const runSettings = async (settings: readonly PlannedSetting[]) => {
    void dataset.train.images; // throws where the images are not at hand, before anything is planned
    return train(plannedRuns({ settings: () => settings, seeds: () => 1 }, own));
  };
  const runExperiments = async <Name extends ExperimentName>(names: readonly Name[]) => {
    const planned = names.flatMap((name) => experiment(name).specs.map((spec) => ({ name, spec })));
    const specs = planned.map(({ spec }) => spec);
    const missing = new Set((recorded ? await withoutRecord(store, specs) : []).map(runKey));
    const asked = planned.filter(({ spec }) => !missing.has(runKey(spec)));
    const finished = await train(asked.map(({ spec }) => spec));
    const of = (name: Name) => finished.filter((_, i) => asked[i]!.name === name);
    return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, FinishedRun[]>;
  };
  const datasetOf = (spec: Pick<RunSpec, 'dataset'>) =>
    spec.dataset === facts?.fingerprint ? dataset : datasetFor(datasets, spec).dataset;
  return {
    profile,
    recorded,
    dataset,
    subject: subject.dataset,
    engine,
    seed,
    store,
    costs: recorded ? await recordedEpochCosts() : [],
    experiments: all,
    experiment,
    runExperiments,
    runSettings,
    runSpecs: train,
    datasetOf,
  };
}

/** Of a recorded study, the records of the repository come first, and what is measured or trained here goes into the own folder. */
const storeFor = (store = new RunStore(), recorded: boolean): RunStore =>
  recorded ? new RunStore(store.folder, new RunStore(RECORDED_FOLDER)) : store;

const subjectOf = ({ fingerprint, train, test }: Dataset): SubjectDataset => ({
  fingerprint,
  available: train.count,
  test: test.count,
});

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

/** The runs of experiments, each once, however many of them ask for it. */
export function runsOf(study: Pick<Study, 'experiment'>, names: readonly ExperimentName[]): RunSpec[] {
  const specs = names.flatMap((name) => study.experiment(name).specs);
  return [...new Map(specs.map((spec) => [runKey(spec), spec])).values()];
}

/**
 * The runs of experiments that have no record yet, each once.
 *
 * @example
 * ```ts
 * import { missingRuns, openStudy, RunStore } from 'whyconv';
 *
 * const store = new RunStore('no-runs-yet');
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic', store });
 * (await missingRuns(study, ['filterSweep'])).map(({ model }) => model.name); // => ['baseline', 'small', 'medium']
 * ```
 */
export function missingRuns(
  study: Pick<Study, 'store' | 'experiment'>,
  names: readonly ExperimentName[],
): Promise<RunSpec[]> {
  return withoutRecord(study.store, runsOf(study, names));
}
