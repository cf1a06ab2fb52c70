import { setImmediate as nextTurn } from 'node:timers/promises';
import { InterruptedError } from '../base/errors.js';
import { formatPercent } from '../base/format.js';
import type { OnProgress, Progress } from '../base/progress.js';
import type { EpochRecord } from './run-record.js';
import type { RunSpec } from './run-spec.js';

/** How long the event loop may wait for training: kernels must answer heartbeats, Ctrl-C must arrive. */
const TURN_MS = 50;
/** Measured time that a time left may be based on: less is dominated by compilation and chance. */
const BASIS_MS = 500;

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

const epochsDone = ({ history, done }: Position): number => history.length + done;

export interface YieldOptions {
  /** Called now and then between batches. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  readonly checkpointPath?: string;
}

/** Yields the thread while a run computes: lets the event loop turn, reports progress, stops when asked to. */
export class Yielder {
  private last = performance.now();
  /** Where and when steady work began: after the first batch, which includes compilation. */
  private steady: { readonly epochs: number; readonly at: number } | undefined;

  constructor(
    private readonly spec: RunSpec,
    private readonly options: YieldOptions,
  ) {}

  /** To be awaited between batches. @throws InterruptedError when the signal has aborted */
  async yieldToEventLoop(position: () => Position): Promise<void> {
    const { signal, onProgress } = this.options;
    this.steady ??= { epochs: epochsDone(position()), at: performance.now() };
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
    const curves = [{ run: task, epochs: history }];
    if (began === undefined) return { task, fraction, detail: at, curves };
    const left = this.secondsLeft(history.length + done);
    const validated = history.findLast(({ validationAccuracy }) => validationAccuracy !== null);
    const accuracy = validated ? `, validation ${formatPercent(validated.validationAccuracy!)}` : '';
    return {
      task,
      fraction,
      detail: `epoch ${history.length + 1}/${spec.maxEpochs}${accuracy}, ${at}`,
      curves,
      ...(left !== undefined && { secondsLeft: left }),
    };
  }

  /** By the speed since steady work began; undefined while there is too little of it. */
  private secondsLeft(epochs: number): number | undefined {
    if (!this.steady) return undefined;
    const took = performance.now() - this.steady.at;
    const done = epochs - this.steady.epochs;
    if (took < BASIS_MS || done <= 0) return undefined;
    return ((this.spec.maxEpochs - epochs) * took) / done / 1000;
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
