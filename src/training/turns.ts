import { setImmediate as nextTurn } from 'node:timers/promises';
import { InterruptedError } from '../base/errors.js';
import type { OnProgress, Progress } from '../base/progress.js';
import type { EpochRecord } from './run-record.js';
import type { RunSpec } from './run-spec.js';

/** How long the event loop may wait for training: kernels must answer heartbeats, Ctrl-C must arrive. */
const TURN_MS = 50;

/** Where a run stands between two batches. */
export interface Position {
  /** Finished epochs. */
  readonly history: readonly EpochRecord[];
  /** `performance.now()` at the start of the epoch under way; absent after the last. */
  readonly began?: number;
  /** Part of that epoch that is done, 0 to 1; above 0 once it is under way. */
  readonly done: number;
  /** "batch 120/703". */
  readonly at: string;
}

export interface TurnOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  readonly checkpointPath?: string;
}

/** Shares the thread while a run computes: lets the event loop turn, reports progress, stops where that was asked for. */
export class Turns {
  private last = performance.now();

  constructor(
    private readonly spec: RunSpec,
    private readonly options: TurnOptions,
  ) {}

  /** To be awaited between batches. @throws InterruptedError when the signal has aborted */
  async take(position: () => Position): Promise<void> {
    const { signal, onProgress } = this.options;
    if (!signal?.aborted && performance.now() - this.last < TURN_MS) return;
    onProgress?.(this.progress(position()));
    await nextTurn();
    this.last = performance.now();
    if (signal?.aborted) throw this.interrupted(position());
  }

  private progress({ history, began, done, at }: Position): Progress {
    const { spec } = this;
    const task = `${spec.model.name}, seed ${spec.seed}`;
    // 1 is for a run whose record is written.
    const fraction = Math.min((history.length + done) / spec.maxEpochs, 0.99);
    if (began === undefined) return { task, fraction, detail: at };
    const here = (performance.now() - began) / 1000;
    const past = history.reduce((sum, { seconds }) => sum + seconds, 0);
    const perEpoch = history.length > 0 ? past / history.length : here / done;
    return {
      task,
      fraction,
      detail: `epoch ${history.length + 1}/${spec.maxEpochs}, ${at}`,
      secondsLeft: (spec.maxEpochs - history.length - done) * perEpoch,
    };
  }

  private interrupted({ history, at }: Position): InterruptedError {
    const { model, seed } = this.spec;
    const kept = this.options.checkpointPath !== undefined && history.length > 0;
    return new InterruptedError({
      what: 'training was interrupted',
      where: `${model.name}, seed ${seed}, after ${history.length} epochs (${at})`,
      found: kept ? `a checkpoint of epoch ${history.length}` : 'no checkpoint',
      remedy: kept
        ? 'run the same command again: it resumes after the last finished epoch'
        : 'run the same command again: it starts over',
    });
  }
}
