import os from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { allowedCores } from '../../base/machine.js';

/** The limit of the package's module, including the calling thread. */
const MAX_THREADS = 8;

/** Threads start within a tenth of a second; after this long, something is wrong. */
const START_TIMEOUT_MS = 10_000;

/** Number of threads to compute with: TF_NUM_INTRAOP_THREADS, otherwise one per core available to this process. */
export function wantedThreads(): number {
  const wanted = Number(process.env.TF_NUM_INTRAOP_THREADS) || allowedCores();
  return Math.max(1, Math.min(MAX_THREADS, Math.floor(wanted)));
}

/**
 * Starts threads and waits until they are ready for the package's module. The module itself blocks the calling thread
 * while it starts its threads, so that a thread failing then would leave it blocked.
 */
export async function openThreads(count: number): Promise<Worker[]> {
  const threads: Worker[] = [];
  try {
    for (let i = 0; i < count; i++) {
      threads.push(new Worker(join(__dirname, 'thread.js'), { execArgv: [] }));
    }
    await Promise.all(threads.map(ready));
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.terminate()));
    throw error;
  }
  // Idle threads must not keep the process alive.
  for (const thread of threads) thread.unref();
  return threads;
}

function ready(thread: Worker): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('a thread did not answer in time')), START_TIMEOUT_MS);
    thread.once('message', () => resolve()).once('error', reject);
    thread.once('exit', () => reject(new Error('a thread exited')));
  });
  return answer.finally(() => clearTimeout(timer));
}

/**
 * Lets the package's module start as in a browser: it constructs eight `Worker`s at once and gives work to as many as it
 * has threads, at most half of the processors that `os.cpus` reports. The globals that this overrides are restored
 * afterwards.
 *
 * @param threads from {@link openThreads}
 * @param start starts the module
 */
export async function withThreads<T>(threads: readonly Worker[], start: () => Promise<T>): Promise<T> {
  const { cpus } = os;
  const processors = Array.from({ length: 2 * (threads.length + 1) }, () => cpus()[0]!);
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  os.cpus = () => processors;
  // The module assigns Node's own class to this global before it constructs the first one, hence the empty setter.
  const LazyWorker = lazyWorkers([...threads]);
  Object.defineProperty(globalThis, 'Worker', { configurable: true, get: () => LazyWorker, set() {} });
  try {
    return await start();
  } finally {
    os.cpus = cpus;
    if (worker) Object.defineProperty(globalThis, 'Worker', worker);
    else Reflect.deleteProperty(globalThis, 'Worker');
  }
}

interface ThreadMessage {
  readonly cmd?: string;
}

/** A class of workers that take a thread only when they are given work; most never are. */
function lazyWorkers(threads: Worker[]) {
  return class LazyWorker {
    /** Set by the module, as in a browser. */
    onmessage?: (event: { data: unknown }) => void;
    onerror?: (error: Error) => void;
    private load: ThreadMessage | undefined;
    private thread: Worker | undefined;

    postMessage(message: ThreadMessage): void {
      if (message.cmd === 'load') {
        this.load = message;
        queueMicrotask(() => this.onmessage?.({ data: { cmd: 'loaded' } }));
        return;
      }
      this.thread ??= this.takeThread();
      this.thread.postMessage(message);
    }

    terminate(): void {
      void this.thread?.terminate();
    }

    // The module also adds Node listeners and refs running threads, neither of which is wanted here.
    on(): void {}
    ref(): void {}
    unref(): void {}

    private takeThread(): Worker {
      const thread = threads.pop()!;
      thread.on('message', (data) => this.onmessage?.({ data }));
      thread.on('error', (error) => this.onerror?.(error));
      // Adding listeners has referenced the thread again.
      thread.unref();
      thread.postMessage(this.load);
      return thread;
    }
  };
}
