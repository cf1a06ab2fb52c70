import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { OnProgress } from '../base/progress.js';
import type { FromWorker, TrainRequest } from './worker.js';

/** Milliseconds that a worker has to stop at its next batch before it is killed. */
const GRACE = 1_000;

/** How a request ended. */
export type Outcome =
  | Exclude<FromWorker, { type: 'progress' }>
  | { readonly type: 'died'; readonly how: string };

/** A worker process, started when first needed and again after it died. */
export class WorkerProcess {
  private child: ChildProcess | undefined;
  private gone: Promise<void> = Promise.resolve();
  private request: { onProgress: OnProgress; settle: (outcome: Outcome) => void } | undefined;

  constructor(
    /** That it is pinned to; undefined leaves it to the scheduler. */
    private readonly core: number | undefined,
    private readonly engine: 'native' | 'wasm',
    /** Of its engine: one, since workers would compete for each other's cores, or as many as the machine has cores. */
    private readonly threads: 'one' | 'all' = 'one',
  ) {}

  /** Trains one run at a time. A process that dies, now or before it had anything to do, is an outcome and not an error. */
  train(request: TrainRequest, onProgress: OnProgress): Promise<Outcome> {
    return new Promise((settle) => {
      this.request = { onProgress, settle };
      this.child ??= this.start();
      // A send that fails needs no answer here: the process is dead or dying, and its exit settles the request.
      if (this.child.pid !== undefined) this.child.send(request, () => {});
    });
  }

  /** Lets the process stop at its next batch, kills it where it does not, and waits until it is gone. */
  async end(): Promise<void> {
    const { child } = this;
    if (!child) return;
    if (child.connected) child.disconnect();
    const killer = setTimeout(() => child.kill('SIGKILL'), GRACE);
    await this.gone;
    clearTimeout(killer);
  }

  private start(): ChildProcess {
    const child = startProcess(this.core, this.engine, this.threads);
    this.gone = new Promise((resolve) => {
      const died = (how: string) => {
        this.child = undefined;
        resolve();
        this.settle({ type: 'died', how });
      };
      child.on('exit', (code, signal) => died(signal ? `signal ${signal}` : `exit code ${code}`));
      // A process that could not be started has no exit. (Other errors are of messages, which an exit follows.)
      child.on('error', (error) => child.pid === undefined && died(error.message));
    });
    child.on('message', (message: FromWorker) => {
      if (message.type === 'progress') this.request?.onProgress(message.progress);
      else this.settle(message);
    });
    return child;
  }

  private settle(outcome: Outcome): void {
    const { request } = this;
    this.request = undefined;
    request?.settle(outcome);
  }
}

function startProcess(
  core: number | undefined,
  engine: 'native' | 'wasm',
  threads: 'one' | 'all',
): ChildProcess {
  const script = join(__dirname, 'worker.js');
  const [command, args] =
    core === undefined
      ? [process.execPath, [script]]
      : ['taskset', ['-c', String(core), process.execPath, script]];
  return spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      WHYCONV_ENGINE: engine,
      ...(threads === 'one' && { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' }),
    },
  });
}
