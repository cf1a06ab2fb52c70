import type { OnProgress } from '../base/progress.js';
import type { Dataset } from '../data/index.js';
import type { EngineInfo } from '../engine/index.js';
import type { RunSpec } from '../training/index.js';
import { datasetFor, sourceOf } from './dataset.js';
import type { LabelledRun } from './experiment.js';
import { trainInWorkers } from './pool.js';
import { schedule } from './schedule.js';
import type { RunStore } from './store.js';
import { trainRun } from './train-run.js';

export interface TrainRunsOptions {
  /** A run trains on the one it is specified for. */
  readonly datasets: readonly Dataset[];
  readonly engine: EngineInfo;
  readonly store: RunStore;
  /** Runs trained side by side. */
  readonly jobs: number;
  readonly onProgress?: OnProgress | undefined;
  /** A run has ended; its record is in the store. */
  readonly onDone: (run: LabelledRun) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Trains runs and stores their records: here one after the other, or in worker processes side by side where that pays. */
export async function trainRuns(runs: readonly LabelledRun[], options: TrainRunsOptions): Promise<void> {
  const { datasets, engine, store, jobs, onProgress, onDone, signal } = options;
  const { alone, together } = schedule(runs, jobs, engine.threads);
  const progress = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  for (const run of alone) {
    await trainRun(run.spec, datasetFor(datasets, run.spec), store, progress);
    await onDone(run);
  }
  const sourceFor = (spec: RunSpec) => sourceOf(datasetFor(datasets, spec));
  const pool = { jobs, engine: engine.name, store: store.folder, sourceFor, onProgress, onDone, signal };
  await trainInWorkers(together, pool);
}
