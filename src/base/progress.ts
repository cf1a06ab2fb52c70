/** One report of how far a long task has come. */
export interface Progress {
  /** What runs: "download", "small, seed 0". */
  readonly task: string;
  /** Work done, 0 to 1. */
  readonly fraction: number;
  /** Where inside the task: "epoch 3/8, batch 120/703". */
  readonly detail?: string;
  /** Estimated seconds left, once there is an estimate. */
  readonly secondsLeft?: number;
  /** The learning curves so far, of what trains now and what ended last; absent where nothing trains. */
  readonly curves?: readonly LearningCurve[];
}

/** Accuracy by epoch of one run, 0 to 1. */
export interface LearningCurve {
  /** The task's name: "small, seed 0". */
  readonly run: string;
  /** One entry per finished epoch, in order. */
  readonly epochs: readonly {
    readonly epoch: number;
    readonly trainAccuracy: number;
    /** Null after an epoch that was not validated. */
    readonly validationAccuracy: number | null;
  }[];
}

/** Called again and again while a long piece of work goes on, in its midst: it should return soon. */
export type OnProgress = (progress: Progress) => void;

/**
 * "45 s", "3 min 20 s", "2 h 5 min".
 *
 * @example
 * ```ts
 * import { formatDuration } from 'whyconv';
 *
 * formatDuration(4.25); // => '4.3 s'
 * formatDuration(200); // => '3 min 20 s'
 * ```
 */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
