import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { InterruptedError, WhyconvError } from '../base/errors.js';
import type { OnProgress, Progress } from '../base/progress.js';
import { modelTotals } from '../models/index.js';
import type { RunSpec } from '../training/index.js';
import type { LabelledRun } from './experiments.js';
import type { FromWorker, ToWorker } from './worker.js';

export interface PoolOptions {
  /** Worker processes, each on a core of its own. */
  readonly jobs: number;
  readonly engine: 'native' | 'wasm';
  /** Folder of the run store. */
  readonly store: string;
  /** The dataset's folder; null for the synthetic set. */
  readonly data: string | null;
  readonly onProgress?: OnProgress | undefined;
  /** A run has ended; its record is in the store. */
  readonly onDone?: ((run: LabelledRun) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Memory a worker may need at most: dataset, its copy in the graph, activations of the widest network. */
const WORKER_BYTES = 2.5 * 2 ** 30;

/** How often a run is begun anew after its worker was killed; it goes on from its last epoch. */
const ATTEMPTS = 3;

/** Worker processes that pay on this machine: one a core, as far as memory goes. */
export function defaultJobs(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / WORKER_BYTES)));
}

/** Operations below which starting worker processes costs more than they save: some ten seconds of work. */
const PAYS_FROM = 1e12;

/**
 * Which runs to train one after the other on all cores, and which then side by side. A run longer than all others
 * together goes alone: beside it the other cores would fall idle.
 */
export function schedule<T extends { readonly spec: RunSpec }>(
  runs: readonly T[],
  jobs: number,
): { alone: T[]; together: T[] } {
  const weighed = longestFirst(runs);
  const works = weighed.map(({ work }) => work);
  const after = (i: number) => works.slice(i + 1).reduce((sum, work) => sum + work, 0);
  const first = works.findIndex((work, i) => work <= after(i) / (jobs - 1));
  const pays = jobs > 1 && first >= 0 && works[first]! + after(first) >= PAYS_FROM;
  const cut = pays ? first : weighed.length;
  const sorted = weighed.map(({ run }) => run);
  return { alone: sorted.slice(0, cut), together: sorted.slice(cut) };
}

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
    (_, core) => new Worker(core, options),
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
  worker: Worker,
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

type Outcome = Exclude<FromWorker, { type: 'progress' }> | { readonly type: 'died'; readonly how: string };

/** A worker process, started when first needed and again after it died. */
class Worker {
  private child: ChildProcess | undefined;

  constructor(
    private readonly core: number,
    private readonly options: PoolOptions,
  ) {}

  train({ spec }: LabelledRun, onProgress: OnProgress): Promise<Outcome> {
    this.child ??= startProcess(this.core, this.options.engine);
    const child = this.child;
    return new Promise((resolve) => {
      const finish = (outcome: Outcome) => {
        child.off('message', hear).off('exit', exited).off('error', failed);
        resolve(outcome);
      };
      const hear = (message: FromWorker) => {
        if (message.type === 'progress') onProgress(message.progress);
        else finish(message);
      };
      const exited = (code: number | null, signal: NodeJS.Signals | null) => {
        this.child = undefined;
        finish({ type: 'died', how: signal ? `signal ${signal}` : `exit code ${code}` });
      };
      // Where a process cannot be started there is no exit.
      const failed = (error: Error) => {
        this.child = undefined;
        finish({ type: 'died', how: error.message });
      };
      child.on('message', hear).on('exit', exited).on('error', failed);
      this.tell({ type: 'train', spec, store: this.options.store, data: this.options.data });
    });
  }

  tell(message: ToWorker): void {
    if (this.child?.connected) this.child.send(message);
  }

  end(): void {
    if (this.child?.connected) this.child.disconnect();
    this.child = undefined;
  }
}

/** One thread a process: with more, workers would take each other's cores. */
function startProcess(core: number, engine: 'native' | 'wasm'): ChildProcess {
  const script = join(__dirname, 'worker.js');
  const cores = pinnableCores();
  const [command, args] =
    cores.length > 0
      ? ['taskset', ['-c', String(cores[core % cores.length]), process.execPath, script]]
      : [process.execPath, [script]];
  return spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, WHYCONV_ENGINE: engine, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' },
  });
}

let pinnable: readonly number[] | undefined;

/** Cores this process may use, which in a container need not begin at 0; none where workers cannot be pinned. */
function pinnableCores(): readonly number[] {
  if (pinnable) return pinnable;
  const canPin = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;
  const status = canPin ? readFileSync('/proc/self/status', 'utf8') : '';
  pinnable = parseCores(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '');
  return pinnable;
}

/** "0-2,8" names cores 0, 1, 2 and 8. */
export function parseCores(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [, low, high = low] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(range) ?? [];
    if (low === undefined) return [];
    return Array.from({ length: Number(high) - Number(low) + 1 }, (_, i) => Number(low) + i);
  });
}

interface Weighed<T> {
  readonly run: T;
  /** Of {@link workOf}, which takes milliseconds: told once, not at every report. */
  readonly work: number;
}

function longestFirst<T extends { readonly spec: RunSpec }>(runs: readonly T[]): Weighed<T>[] {
  return runs.map((run) => ({ run, work: workOf(run.spec) })).sort((a, b) => b.work - a.work);
}

/** Floating-point operations that a run may take: a step takes about three forward passes. */
function workOf({ model, split, maxEpochs }: RunSpec): number {
  return 3 * (split.train ?? 45_000) * maxEpochs * modelTotals(model).flops;
}

/** One progress for all runs, each weighed by its work. */
class PoolProgress {
  private readonly at = new Map<LabelledRun, Progress>();
  private readonly share: ReadonlyMap<LabelledRun, number>;
  private readonly began = performance.now();

  constructor(
    runs: readonly Weighed<LabelledRun>[],
    private readonly onProgress: OnProgress | undefined,
  ) {
    const total = runs.reduce((sum, { work }) => sum + work, 0);
    this.share = new Map(runs.map(({ run, work }) => [run, work / total]));
  }

  update(run: LabelledRun, progress: Progress): void {
    this.at.set(run, progress);
    const states = [...this.at];
    const done = states.reduce((sum, [at, { fraction }]) => sum + fraction * this.share.get(at)!, 0);
    const running = states.filter(([, { fraction }]) => fraction < 1);
    const seconds = (performance.now() - this.began) / 1000;
    this.onProgress?.({
      task: `${states.length - running.length} of ${this.share.size} runs trained`,
      fraction: done,
      detail: running.map(([, { task, detail }]) => `${task}: ${detail?.split(',')[0] ?? ''}`).join(' | '),
      ...(done > 0 && { secondsLeft: (seconds * (1 - done)) / done }),
    });
  }
}
