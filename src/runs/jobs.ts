import { UsageError } from '../base/errors.js';
import { allowedCores, freeMemory } from '../base/machine.js';

/** Memory a worker may need at most: dataset, its copy in the graph, activations of the widest network. */
export const WORKER_BYTES = 2.5 * 2 ** 30;

/**
 * Default number of worker processes: WHYCONV_JOBS, otherwise one per core, capped by memory.
 *
 * @param cores that this process may use
 * @param memory bytes that are free for this process, its control group's limit included
 */
export function defaultJobs(cores: number = allowedCores(), memory: number = freeMemory()): number {
  const wanted = process.env.WHYCONV_JOBS;
  if (wanted) return parseJobs(wanted, 'WHYCONV_JOBS');
  return Math.max(1, Math.min(cores, Math.floor(memory / WORKER_BYTES)));
}

/** A number of worker processes from the command line or the environment. @throws UsageError */
export function parseJobs(text: string, where: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UsageError({
    what: 'not a valid number of jobs',
    where,
    found: text,
    expected: 'a whole number from 1',
  });
}
