import { UsageError } from '../base/errors.js';

/** One of several parts that the runs of a study are divided into. */
export interface Shard {
  /** 0 to below `count`. */
  readonly index: number;
  readonly count: number;
}

/** Where schedulers write which task of an array a process is. */
const INDEX_VARIABLES = ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX', 'AWS_BATCH_JOB_ARRAY_INDEX'] as const;

/**
 * "3/8": the fourth of eight shards. "8": one of eight, the one that the environment of a job array names (Slurm, an Indexed Job of
 * Kubernetes, AWS Batch).
 *
 * @throws UsageError
 */
export function parseShard(text: string, env: Readonly<Record<string, string | undefined>>): Shard {
  const variable = INDEX_VARIABLES.find((name) => env[name]);
  const [, written, total] = /^(?:(\d{1,6})\/)?([1-9]\d{0,5})$/.exec(text) ?? [];
  if (total === undefined) throw refusal(text, 'I/N, such as 3/8, or N in a job array');
  const index = written ?? (variable && env[variable]);
  if (index === undefined)
    throw refusal(text, `I/N; N alone needs ${INDEX_VARIABLES.join(', ')} in the environment`);
  const count = Number(total);
  if (/^\d{1,6}$/.test(index) && Number(index) < count) return { index: Number(index), count };
  const found = written === undefined ? `${variable}=${index} for ${text} shards` : text;
  throw refusal(found, `an index from 0 to ${count - 1}`);
}

const refusal = (found: string, expected: string): UsageError =>
  new UsageError({ what: 'not a valid shard', where: '--shard', found, expected });
