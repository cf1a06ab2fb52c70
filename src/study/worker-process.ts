import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OnProgress } from '../base/progress.js';
import type { RunSpec } from '../training/index.js';
import type { DatasetSource } from './dataset.js';
import type { LabelledRun } from './experiment.js';
import type { FromWorker, ToWorker } from './worker.js';

/** What all runs of a pool share. */
export interface WorkerOptions {
  readonly engine: 'native' | 'wasm';
  /** Folder of the run store. */
  readonly store: string;
  /** How a worker comes by the dataset a run is specified for. */
  readonly sourceFor: (spec: RunSpec) => DatasetSource;
}

/** How a run ended. */
export type Outcome =
  | Exclude<FromWorker, { type: 'progress' }>
  | { readonly type: 'died'; readonly how: string };

/** A worker process, started when first needed and again after it died. */
export class WorkerProcess {
  private child: ChildProcess | undefined;

  constructor(
    private readonly core: number,
    private readonly options: WorkerOptions,
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
      const { store, sourceFor } = this.options;
      this.tell({ type: 'train', spec, store, source: sourceFor(spec) });
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
