import { InterruptedError } from '../base/errors.js';
import { mapFew } from '../base/map-few.js';
import type { OnProgress, Progress } from '../base/progress.js';
import type { EngineInfo } from '../engine/index.js';
import { type RunRecord, type RunSpec, runKey } from '../training/index.js';
import { datasetFor, type SourcedDataset } from './dataset-source.js';
import { Estimator } from './estimate.js';
import { type FailedRun, FailedRunsError } from './failure.js';
import { trainInWorkers } from './pool.js';
import { RunQueue } from './queue.js';
import { runName } from './run-name.js';
import { type PlannedRun, schedule } from './schedule.js';
import type { RunStore } from './store.js';
import { type HowDone, requireNotInterrupted, trainRun } from './train-run.js';

/** What {@link runAll} trains on, and with what. */
export interface RunAllOptions {
  /** A run trains on the one it is specified for. */
  readonly datasets: readonly SourcedDataset[];
  /** The one this process has started; workers start the same. */
  readonly engine: EngineInfo;
  /** Where records are looked for and kept. */
  readonly store: RunStore;
  /** Runs trained in parallel at most, each in a process on a core of its own. */
  readonly jobs: number;
  /**
   * True trains one run after another, each in a process of its own on all cores: durations and memory that no other run of
   * these disturbs. @default false
   */
  readonly apart?: boolean | undefined;
  /** False trains operation by operation on the native engine too. */
  readonly compile?: boolean | undefined;
  /** How progress names a run; default: "small, seed 0". */
  readonly nameOf?: ((spec: RunSpec) => string) | undefined;
  /** Called as batches and epochs are finished, over all runs together. */
  readonly onProgress?: OnProgress | undefined;
  /** Called after each run that was trained, not for the ones that were found. */
  readonly onTrained?: ((record: RunRecord) => void) | undefined;
  /** Called for each run that fails: the others go on, and an error at the end lists them. Absent: the first ends all. */
  readonly onFailed?: ((spec: RunSpec, error: unknown) => void) | undefined;
  /** Stops what is training at its next batch, with its checkpoint kept. */
  readonly signal?: AbortSignal | undefined;
}

/** A run with its record. */
export interface FinishedRun {
  /** Of a run that diverged, too: see its status. */
  readonly record: RunRecord;
  /** True where it was found in the store, not trained by this call. */
  readonly recorded: boolean;
}

/**
 * The record of each run: the stored one, otherwise it is trained (from its checkpoint where there is one) and stored. Runs
 * are trained here one after another on all cores, or in parallel in worker processes where that pays.
 *
 * @throws InterruptedError when `signal` aborts; WhyconvError where a run cannot be trained or its record not be written, FailedRunsError where `onFailed` was
 * called. Nothing is training any more then.
 * @example
 * ```ts
 * import { cnn, loadSource, PROTOCOLS, RunStore, runAll, runSpec, startEngine } from 'whyconv';
 *
 * const engine = await startEngine();
 * const source = { kind: 'positions', train: 300, test: 100, seed: 0 } as const;
 * const dataset = await loadSource(source);
 * const setting = { model: cnn('mine', 4, 8), protocol: PROTOCOLS.fast, images: null, validation: 100, test: null };
 * const subject = { dataset: dataset.fingerprint, available: 300, maxEpochs: 1 };
 * const specs = [0, 1].map((seed) => runSpec(setting, { ...subject, seed }));
 * const options = { datasets: [{ dataset, source }], engine, store: new RunStore('my-runs'), jobs: 1 };
 * (await runAll(specs, options)).map(({ recorded }) => recorded); // => [false, false]
 * (await runAll(specs, options)).map(({ recorded }) => recorded); // => [true, true]
 * ```
 */
export async function runAll(specs: readonly RunSpec[], options: RunAllOptions): Promise<FinishedRun[]> {
  const { store, onTrained } = options;
  const trained = new Set<string>();
  const onDone = async (spec: RunSpec, how: HowDone) => {
    if (how === 'found') return;
    trained.add(runKey(spec));
    onTrained?.((await store.get(runKey(spec)))!);
  };
  const failed: FailedRun[] = [];
  const onFailed = options.onFailed && noting(failed, options);
  const missing = await withoutRecord(store, specs);
  if (missing.length > 0) await store.prepare();
  await trainRuns(missing, { ...options, onFailed }, onDone);
  if (failed.length > 0) throw new FailedRunsError(failed);
  return mapFew(specs, async (spec) => {
    const key = runKey(spec);
    return { record: (await store.get(key))!, recorded: !trained.has(key) };
  });
}

const noting =
  (failed: FailedRun[], { nameOf = runName, onFailed }: RunAllOptions) =>
  (spec: RunSpec, error: unknown) => {
    failed.push({ name: nameOf(spec), error });
    onFailed?.(spec, error);
  };

/** The runs that the store has no record of, each once. */
export async function withoutRecord(store: RunStore, specs: readonly RunSpec[]): Promise<RunSpec[]> {
  const missing = new Map<string, RunSpec>();
  for (const spec of specs) {
    const key = runKey(spec);
    if (!missing.has(key) && !(await store.get(key))) missing.set(key, spec);
  }
  return [...missing.values()];
}

async function trainRuns(
  specs: readonly RunSpec[],
  options: RunAllOptions,
  onDone: (spec: RunSpec, how: HowDone) => Promise<void>,
): Promise<void> {
  const { datasets, engine, store, jobs, compile, signal, onFailed, nameOf = runName } = options;
  const sourceFor = (spec: RunSpec) => datasetFor(datasets, spec).source;
  const inWorkers = { ...options, engine: engine.name, sourceFor, onDone };
  const planned = await plan(specs, options);
  if (options.apart) {
    for (const run of planned) await trainInWorkers([run], { ...inWorkers, jobs: 1, allCores: true });
    return;
  }
  const { alone, together } = schedule(planned, jobs, engine.threads);
  const queue = new RunQueue(alone, store);
  for (let run = queue.take(); run; run = queue.take()) {
    requireNotInterrupted(run.spec, signal);
    const { dataset } = datasetFor(datasets, run.spec);
    const task = nameOf(run.spec);
    const onProgress = (progress: Progress) => options.onProgress?.({ ...progress, task });
    try {
      const how = await trainRun(run.spec, dataset, store, { compile, onProgress, signal });
      onProgress({ task, fraction: 1 });
      await onDone(run.spec, how);
    } catch (error) {
      if (!onFailed || error instanceof InterruptedError) throw error;
      onFailed(run.spec, error);
    }
  }
  await trainInWorkers(together, inWorkers);
}

async function plan(
  specs: readonly RunSpec[],
  { datasets, engine, store }: RunAllOptions,
): Promise<PlannedRun[]> {
  // Only speeds are read from them: a record that cannot be read is reported to whoever asks for its run.
  const records = specs.length > 1 ? await store.list().catch(() => []) : [];
  const estimator = new Estimator(engine.name, records);
  const secondsOf = (spec: RunSpec) =>
    estimator.estimate(spec, datasetFor(datasets, spec).dataset).coreSeconds;
  return specs.map((spec) => ({ spec, coreSeconds: secondsOf(spec) }));
}
