import type { LearningCurve, OnProgress, Progress } from '../base/progress.js';
import type { RunSpec } from '../training/index.js';
import type { PlannedRun } from './schedule.js';

/** Learning curves that are shown at once: more cannot be told apart. */
const CURVES = 4;
/** Seconds of training that a time left may be based on: of less, single batches decide. */
const BASIS = 5;

/** One progress for all runs of a pool, each weighted by its estimate. */
export class PoolProgress {
  private readonly at = new Map<PlannedRun, Progress>();
  private readonly total: number;
  /** How far each run was when it was first seen training: beyond its first batch, or where its checkpoint was. */
  private readonly begun = new Map<PlannedRun, number>();
  /** When that was of the first of them: its worker had started, loaded images and compiled. */
  private began: number | undefined;

  constructor(
    private readonly runs: readonly PlannedRun[],
    private readonly nameOf: (spec: RunSpec) => string,
    private readonly onProgress: OnProgress | undefined,
    /** Milliseconds. */
    private readonly now = () => performance.now(),
  ) {
    this.total = runs.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0);
  }

  done(run: PlannedRun): void {
    this.update(run, { ...this.at.get(run), task: this.nameOf(run.spec), fraction: 1 });
  }

  update(run: PlannedRun, progress: Progress): void {
    this.at.set(run, progress);
    if (progress.fraction > 0 && !this.begun.has(run)) this.begun.set(run, progress.fraction);
    const states = [...this.at];
    const done = states.reduce((sum, [{ coreSeconds }, { fraction }]) => sum + fraction * coreSeconds, 0);
    const fraction = done / this.total;
    const running = states.filter(([, state]) => state.fraction < 1);
    const left = this.secondsLeft(done);
    this.onProgress?.({
      task: this.runs.length === 1 ? '1 run' : `${this.runs.length} runs`,
      fraction,
      detail: [
        `${states.length - running.length} trained`,
        ...running.map(
          ([{ spec }, { detail }]) => `${this.nameOf(spec)}: ${detail?.replace(/, batch .*/, '') ?? ''}`,
        ),
      ].join(' | '),
      curves: this.curves(),
      ...(left !== undefined && { secondsLeft: left }),
    });
  }

  /** By what was trained since training was first seen; undefined while that is too little. */
  private secondsLeft(done: number): number | undefined {
    if (this.begun.size === 0) return undefined;
    this.began ??= this.now();
    const seconds = (this.now() - this.began) / 1000;
    const found = [...this.begun].reduce(
      (sum, [{ coreSeconds }, fraction]) => sum + fraction * coreSeconds,
      0,
    );
    const trained = done - found;
    return seconds < BASIS || trained <= 0 ? undefined : (seconds * (this.total - done)) / trained;
  }

  /** Of what trains now, and of what ended last. */
  private curves(): LearningCurve[] {
    const begun = [...this.at].filter(([, { curves }]) => curves !== undefined);
    return begun.slice(-CURVES).map(([{ spec }, { curves }]) => ({
      run: this.nameOf(spec),
      epochs: curves!.flatMap(({ epochs }) => epochs),
    }));
  }
}
