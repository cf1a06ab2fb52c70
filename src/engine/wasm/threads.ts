import os from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** The package's module has room for so many; the calling thread is one of them. */
const MOST_THREADS = 8;

/** Threads take a tenth of a second to start; where they take this long something is wrong with them. */
const START_MS = 10_000;

/** How many threads to compute with: as many as TensorFlow is told to use, else one a core of this process. */
export function wantedThreads(): number {
  const wanted = Number(process.env.TF_NUM_INTRAOP_THREADS) || os.availableParallelism();
  return Math.max(1, Math.min(MOST_THREADS, Math.floor(wanted)));
}

/**
 * Starts threads that are ready for the package's module, before anything waits for them: the module starts its threads
 * while it blocks this one, and one that failed then would leave it blocked.
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
  // Waiting for work they must not keep the process.
  for (const thread of threads) thread.unref();
  return threads;
}

function ready(thread: Worker): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('a thread gives no answer')), START_MS);
    thread.once('message', () => resolve()).once('error', reject);
    thread.once('exit', () => reject(new Error('a thread has ended')));
  });
  return answer.finally(() => clearTimeout(timer));
}

/**
 * Lets the package's module start as it would in a browser: it makes `Worker`s, eight at once, and gives work to as many as
 * it has threads, at most half of the processors that `os.cpus` tells of. What it sees differently is put back after.
 *
 * @param threads from {@link openThreads}
 * @param start starts the module
 */
export async function withThreads<T>(threads: readonly Worker[], start: () => Promise<T>): Promise<T> {
  const { cpus } = os;
  const processors = Array.from({ length: 2 * (threads.length + 1) }, () => cpus()[0]!);
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  os.cpus = () => processors;
  // The module puts Node's own class here before it makes the first one.
  const WaitingWorker = waitingWorkers([...threads]);
  Object.defineProperty(globalThis, 'Worker', { configurable: true, get: () => WaitingWorker, set() {} });
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
function waitingWorkers(threads: Worker[]) {
  return class WaitingWorker {
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

    // The module listens in Node's way too, and refs a thread that runs: it need not, and should not.
    on(): void {}
    ref(): void {}
    unref(): void {}

    private takeThread(): Worker {
      const thread = threads.pop()!;
      thread.on('message', (data) => this.onmessage?.({ data }));
      thread.on('error', (error) => this.onerror?.(error));
      // Listening has taken hold of the process again.
      thread.unref();
      thread.postMessage(this.load);
      return thread;
    }
  };
}
