import { availableParallelism } from 'node:os';

/**
 * How a process on the native engine uses its cores. TensorFlow can spread one operation over threads, and can run
 * operations that do not depend on each other at once. Convolutions of a small network gain little from the first; so
 * a batch is cut into two shards whose operations run side by side, each on half of the threads (data parallelism).
 */
export interface Threads {
  /** That compute at once. */
  readonly total: number;
  /** That one operation is spread over. */
  readonly perOperation: number;
  /** Parts of a batch that run side by side. */
  readonly shards: number;
}

const INTRA = 'TF_NUM_INTRAOP_THREADS';
const INTER = 'TF_NUM_INTEROP_THREADS';

/**
 * TensorFlow's own variables decide where they are set: one thread an operation and several operations at once mean
 * shards; anything else means none.
 */
export function planThreads(
  env: Readonly<Record<string, string | undefined>> = process.env,
  cores: number = availableParallelism(),
): Threads {
  const perOperation = Number(env[INTRA]) || Math.max(1, Math.floor(cores / 2));
  const atOnce = Number(env[INTER]) || cores;
  return { total: Math.max(perOperation, atOnce), perOperation, shards: atOnce >= 2 * perOperation ? 2 : 1 };
}

/**
 * Sets TensorFlow's thread variables, which it reads once, when it is loaded.
 *
 * @returns a function that unsets them, in case TensorFlow cannot be loaded
 */
export function tellThreads({ total, perOperation }: Threads): () => void {
  const before = { [INTRA]: process.env[INTRA], [INTER]: process.env[INTER] };
  process.env[INTRA] ??= String(perOperation);
  process.env[INTER] ??= String(total);
  return () => {
    for (const [name, value] of Object.entries(before)) if (value === undefined) delete process.env[name];
  };
}
