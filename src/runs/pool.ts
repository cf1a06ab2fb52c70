import { InterruptedError, WhyconvError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import { type RunSpec, runKey } from '../training/index.js';
import { coresFor } from './cores.js';
import type { DatasetSource } from './dataset-source.js';
import { PoolProgress } from './pool-progress.js';
import { RunQueue } from './queue.js';
import { runName } from './run-name.js';
import type { PlannedRun } from './schedule.js';
import type { RunStore } from './store.js';
import { type HowDone, requireNotInterrupted } from './train-run.js';
import { type Outcome, WorkerProcess } from './worker-process.js';

export interface PoolOptions {
  /** Worker processes, each on one core. */
  readonly jobs: number;
  /** True leaves all cores to each worker. @default false */
  readonly allCores?: boolean | undefined;
  readonly engine: 'native' | 'wasm';
  readonly store: RunStore;
  /** How a worker loads the dataset that a run is specified for. */
  readonly sourceFor: (spec: RunSpec) => DatasetSource;
  /** False trains operation by operation. */
  readonly compile?: boolean | undefined;
  /** How progress names a run; default: "small, seed 0". */
  readonly nameOf?: ((spec: RunSpec) => string) | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** The run's record is in the store. The worker's next run waits for what this returns. */
  readonly onDone?: ((spec: RunSpec, how: HowDone) => Promise<void>) | undefined;
  /** Called for a run that fails, and the others go on. Absent: its error is thrown, and the others stop. */
  readonly onFailed?: ((spec: RunSpec, error: unknown) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often a run is started again after its worker was killed; it resumes from its last epoch. */
const ATTEMPTS = 3;

/**
 * Trains runs in parallel, one per core, in the order given: one core delivers more than half the throughput of two. A worker
 * that dies costs its run the current epoch. Where a run fails, and nobody listens for that, the others stop at their next batch with their checkpoints
 * kept, as they do when `signal` aborts. When the promise settles no worker process is left.
 *
 * @throws InterruptedError when `signal` aborts, WhyconvError where a run fails or its worker dies again and again
 */
export async function trainInWorkers(runs: readonly PlannedRun[], options: PoolOptions): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(options.signal ? [options.signal] : [])]);
  const queue = new RunQueue(runs, options.store);
  const progress = new PoolProgress(runs, options.nameOf ?? runName, options.onProgress);
  const jobs = Math.min(options.jobs, runs.length);
  const cores = options.allCores ? [] : coresFor(jobs);
  const working = Array.from({ length: jobs }, async (_, i) => {
    const worker = new WorkerProcess(cores[i], options.engine, options.allCores ? 'all' : 'one');
    const stop = () => void worker.end();
    signal.addEventListener('abort', stop);
    try {
      await workThrough(worker, { queue, progress, signal, options });
    } catch (error) {
      // The first error is the one that is thrown; the others are of workers that were stopped for it.
      failure.abort(error);
    } finally {
      signal.removeEventListener('abort', stop);
      await worker.end();
    }
  });
  await Promise.all(working);
  // Of workers that were killed, before they could give up their claims.
  await options.store.removeLeftovers();
  failure.signal.throwIfAborted();
}

/** What the workers of a pool share. */
interface Shared {
  readonly queue: RunQueue;
  readonly progress: PoolProgress;
  /** Aborts when all are to stop. */
  readonly signal: AbortSignal;
  readonly options: PoolOptions;
}

async function workThrough(worker: WorkerProcess, shared: Shared): Promise<void> {
  const { queue, progress, options } = shared;
  for (let run = queue.take(); run; run = queue.take()) {
    const how = await trainOrReport(worker, run, shared);
    progress.done(run);
    if (how !== 'failed') await options.onDone?.(run.spec, how);
  }
}

async function trainOrReport(
  worker: WorkerProcess,
  run: PlannedRun,
  shared: Shared,
): Promise<HowDone | 'failed'> {
  const { onFailed } = shared.options;
  try {
    return await trainOn(worker, run, shared);
  } catch (error) {
    if (!onFailed || error instanceof InterruptedError) throw error;
    onFailed(run.spec, error);
    return 'failed';
  }
}

async function trainOn(
  worker: WorkerProcess,
  run: PlannedRun,
  { progress, signal, options }: Shared,
): Promise<HowDone> {
  const { spec } = run;
  const request = {
    spec,
    store: options.store.folder,
    source: options.sourceFor(spec),
    compile: options.compile,
  };
  for (let attempt = 1; ; attempt++) {
    requireNotInterrupted(spec, signal);
    const outcome = await worker.train(request, (at) => progress.update(run, at));
    if (outcome.type === 'done') return outcome.how;
    requireNotInterrupted(spec, signal);
    if (outcome.type === 'failed') throw errorOf(spec, outcome);
    if (attempt === ATTEMPTS) {
      const error = died(spec, outcome.how);
      await options.store.noteFailure(runKey(spec), error);
      throw error;
    }
  }
}

/** The worker's error as it would be had the run been trained here. */
function errorOf(spec: RunSpec, { parts, exitCode, stack }: Extract<Outcome, { type: 'failed' }>): Error {
  if (stack === undefined) return new WhyconvError({ where: runName(spec), ...parts }, { exitCode });
  return Object.assign(new Error(parts.what), { stack });
}

const died = (spec: RunSpec, how: string) =>
  new WhyconvError({
    what: `the worker process died ${ATTEMPTS} times`,
    where: runName(spec),
    found: how,
    remedy: 'free memory or give --jobs 1; the run resumes from its last finished epoch',
  });
