import { InterruptedError, WhyconvError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import type { LabelledRun } from './experiment.js';
import { PoolProgress } from './pool-progress.js';
import { longestFirst } from './schedule.js';
import { type WorkerOptions, WorkerProcess } from './worker-process.js';

export interface PoolOptions extends WorkerOptions {
  /** Worker processes, each on a core of its own. */
  readonly jobs: number;
  readonly onProgress?: OnProgress | undefined;
  /** A run has ended; its record is in the store. */
  readonly onDone?: ((run: LabelledRun) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often a run is begun anew after its worker was killed; it goes on from its last epoch. */
const ATTEMPTS = 3;

/**
 * Trains runs side by side, one a core: a network computes faster on one core than half as fast as on two. Longest
 * first, so that no core waits at the end. A worker that dies costs its run the current epoch.
 *
 * @throws InterruptedError when `signal` aborts, WhyconvError where a run fails or its worker dies again and again
 */
export async function trainInWorkers(runs: readonly LabelledRun[], options: PoolOptions): Promise<void> {
  const weighed = longestFirst(runs);
  const queue = weighed.map(({ run }) => run);
  const progress = new PoolProgress(weighed, options.onProgress);
  const workers = Array.from(
    { length: Math.min(options.jobs, queue.length) },
    (_, core) => new WorkerProcess(core, options),
  );
  const stop = () => {
    for (const worker of workers) worker.tell({ type: 'stop' });
  };
  options.signal?.addEventListener('abort', stop);
  try {
    await Promise.all(workers.map((worker) => workThrough(worker, queue, progress, options)));
  } finally {
    options.signal?.removeEventListener('abort', stop);
    for (const worker of workers) worker.end();
  }
}

async function workThrough(
  worker: WorkerProcess,
  queue: LabelledRun[],
  progress: PoolProgress,
  options: PoolOptions,
): Promise<void> {
  for (let run = queue.shift(); run; run = queue.shift()) {
    for (let attempt = 1; ; attempt++) {
      requireGoing(options.signal);
      const outcome = await worker.train(run, (at) => progress.update(run!, at));
      requireGoing(options.signal);
      if (outcome.type === 'done') break;
      if (outcome.type === 'failed') throw new WhyconvError({ what: outcome.message });
      if (attempt === ATTEMPTS) throw died(run, outcome.how);
    }
    progress.update(run, { task: run.label, fraction: 1 });
    await options.onDone?.(run);
  }
}

function requireGoing(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new InterruptedError({
    what: 'training was interrupted',
    remedy: 'run the same command again: each run goes on from its last finished epoch',
  });
}

const died = ({ label, spec }: LabelledRun, how: string) =>
  new WhyconvError({
    what: `the worker process died ${ATTEMPTS} times`,
    where: `${label}, seed ${spec.seed}`,
    found: how,
    remedy: 'free memory or give --jobs 1; the run goes on from its last finished epoch',
  });
