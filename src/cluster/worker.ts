import { HopelessError, InterruptedError, WhyconvError } from '../base/errors.js';
import { LockHeldError, untilNextLook } from '../base/lock.js';
import { mapFew } from '../base/map-few.js';
import type { OnProgress, Progress } from '../base/progress.js';
import type { Dataset } from '../data/index.js';
import { type FailedRun, type RunStore, requireNotInterrupted, trainRun } from '../runs/index.js';
import { type RunRecord, type RunSpec, runKey } from '../training/index.js';

export interface WorkerOptions {
  readonly store: RunStore;
  /** The dataset that a run is specified for. */
  readonly datasetOf: (spec: RunSpec) => Dataset;
  readonly nameOf: (spec: RunSpec) => string;
  /** False trains operation by operation on the native engine too. */
  readonly compile?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly onTrained?: ((record: RunRecord) => void) | undefined;
  /** Called for each run that fails, and the others follow. Absent: the error is thrown. */
  readonly onFailed?: ((spec: RunSpec, error: unknown) => void) | undefined;
  /** Ends the run at its next batch, with its checkpoint kept and its lease given up. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a heartbeat after which a lease is taken over. @default see `withLock` */
  readonly stale?: number | undefined;
}

/** What came of the runs of a worker. */
export interface WorkerReport {
  readonly trained: number;
  readonly failed: readonly FailedRun[];
  /** Runs that others were training when this worker had nothing left to do. */
  readonly elsewhere: number;
}

/**
 * Trains what nobody else does: takes the next run without a record whose lease it gets, trains it from its checkpoint where there
 * is one, stores its record, and takes the next, in the order given. Any number of workers, on any host, may share a store.
 *
 * A lease is the store's claim on a run, held by a heartbeat. A worker that finds only runs under lease watches them until each
 * has had a heartbeat, which makes it somebody else's, or was taken over: so that the worker which follows a killed one does not
 * leave too early, and none idles until the last run is done. A run is tried once by a worker, and not again where it has
 * failed on another since this one began.
 *
 * @throws InterruptedError when `signal` aborts; WhyconvError where the store cannot be written; what a run failed with where there is no `onFailed`
 */
export async function runWorker(specs: readonly RunSpec[], options: WorkerOptions): Promise<WorkerReport> {
  const { store, signal } = options;
  const began = new Date().toISOString();
  const open = [...specs];
  const failed: FailedRun[] = [];
  let trained = 0;
  await store.prepare();
  while (open.length > 0) {
    const free = open.findIndex((spec) => !store.isClaimed(runKey(spec)));
    if (free < 0) {
      if (await oneIsFree(open, options)) continue;
      break;
    }
    const [spec] = open.splice(free, 1);
    requireNotInterrupted(spec!, signal);
    try {
      const how = await attempt(spec!, began, options);
      if (how === 'trained') trained++;
      // Somebody was faster, or the file system has not shown the lease before: looked at again after the others.
      if (how === 'held') open.push(spec!);
    } catch (error) {
      if (error instanceof InterruptedError || !options.onFailed) throw error;
      failed.push({ name: options.nameOf(spec!), error });
      options.onFailed(spec!, error);
    }
  }
  return { trained, failed, elsewhere: open.length };
}

async function attempt(
  spec: RunSpec,
  began: string,
  options: WorkerOptions,
): Promise<'trained' | 'found' | 'held'> {
  const { store, compile, signal } = options;
  const key = runKey(spec);
  // A record that cannot be read is reported below, under the lease.
  if (await store.get(key).catch(() => undefined)) return 'found';
  await requireNotFailedSince(began, key, store);
  const task = options.nameOf(spec);
  const onProgress = (progress: Progress) => options.onProgress?.({ ...progress, task });
  try {
    const how = await trainRun(spec, options.datasetOf(spec), store, {
      compile,
      onProgress,
      signal,
      wait: false,
    });
    if (how === 'trained') options.onTrained?.((await store.get(key))!);
    return how;
  } catch (error) {
    if (error instanceof LockHeldError) return 'held';
    throw error;
  }
}

async function requireNotFailedSince(began: string, key: string, store: RunStore): Promise<void> {
  const failure = await store.failure(key);
  if (!failure || failure.at < began) return;
  const parts = { what: `it failed in process ${failure.process}`, found: failure.message };
  throw failure.hopeless ? new HopelessError(parts) : new WhyconvError(parts);
}

/** Waits until a lease among those of the runs is free; false once all of them are known to be held by workers that are alive. */
async function oneIsFree(
  open: readonly RunSpec[],
  { store, stale, signal }: WorkerOptions,
): Promise<boolean> {
  const watches = open.map((spec) => store.watchClaim(runKey(spec), stale));
  for (;;) {
    const states = await mapFew(watches, async (watch) => (await watch.look()).state);
    if (states.includes('free')) return true;
    if (!states.includes('silent')) return false;
    await untilNextLook(signal);
    requireNotInterrupted(open[0]!, signal);
  }
}
