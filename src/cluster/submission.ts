import { WORKER_BYTES } from '../runs/index.js';
import type { TaskPlan } from './plan.js';

/** A study to be handed to a scheduler. */
export interface Submission {
  /** Of the job: "whyconv-full". */
  readonly name: string;
  readonly plan: TaskPlan;
  /** Options of `study` that say which study it is, for each worker. */
  readonly sameStudy: readonly string[];
  /** GPUs of each task. */
  readonly gpus?: number | undefined;
  /** Seconds that the scheduler gives a task. @default {@link timeLimit} */
  readonly seconds?: number | undefined;
}

/** MiB that a task needs: one run in one process. */
export const TASK_MEBIBYTES = Math.ceil(WORKER_BYTES / 2 ** 20);

/** An estimate is of this machine, and another may be slower. A task that needs longer resumes where it was. */
const MARGIN = 1.5;
const LEAST = 10 * 60;

/** Seconds to ask for, in whole five minutes: what the longest task may take, with a margin. */
export function timeLimit({ plan, seconds }: Submission): number {
  const longest = Math.max(0, ...plan.tasks.map((task) => task.seconds));
  return seconds ?? Math.ceil((LEAST + MARGIN * longest) / 300) * 300;
}
