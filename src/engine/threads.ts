import { allowedCores } from '../base/machine.js';

/**
 * How a process on the native engine uses its cores. TensorFlow can spread one operation over threads, and can run
 * operations that do not depend on each other at once. Convolutions of a small network gain little from the first, and
 * their sums then depend on the number of threads: so an operation has one thread, on every machine, and a batch is cut
 * into shards whose operations run side by side (data parallelism, training/shards.ts).
 */
export interface Threads {
  /** That compute at once. */
  readonly total: number;
  /** That one operation is spread over. */
  readonly perOperation: number;
}

const INTRA = 'TF_NUM_INTRAOP_THREADS';
const INTER = 'TF_NUM_INTEROP_THREADS';

/** TensorFlow's own variables decide where they are set. */
export function planThreads(
  env: Readonly<Record<string, string | undefined>> = process.env,
  cores: number = allowedCores(),
): Threads {
  const perOperation = Number(env[INTRA]) || 1;
  const atOnce = Number(env[INTER]) || cores;
  return { total: Math.max(perOperation, atOnce), perOperation };
}

/**
 * Sets TensorFlow's thread variables, which it reads once, when loaded.
 *
 * @returns a function that unsets them again, for when TensorFlow cannot be loaded after all
 */
export function setThreads({ total, perOperation }: Threads): () => void {
  const before = { [INTRA]: process.env[INTRA], [INTER]: process.env[INTER] };
  process.env[INTRA] ??= String(perOperation);
  process.env[INTER] ??= String(total);
  return () => {
    for (const [name, value] of Object.entries(before)) if (value === undefined) delete process.env[name];
  };
}
