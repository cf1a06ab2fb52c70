import type { LearningCurve, OnProgress, Progress } from '../base/progress.js';
import type { RunSpec } from '../training/index.js';
import type { PlannedRun } from './schedule.js';

/** Learning curves that are shown at once: more cannot be told apart. */
const CURVES = 4;

/** One progress for all runs of a pool, each weighted by its estimate. */
export class PoolProgress {
  private readonly at = new Map<PlannedRun, Progress>();
  private readonly total: number;
  private readonly began = performance.now();

  constructor(
    private readonly runs: readonly PlannedRun[],
    private readonly nameOf: (spec: RunSpec) => string,
    private readonly onProgress: OnProgress | undefined,
  ) {
    this.total = runs.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0);
  }

  done(run: PlannedRun): void {
    this.update(run, { ...this.at.get(run), task: this.nameOf(run.spec), fraction: 1 });
  }

  update(run: PlannedRun, progress: Progress): void {
    this.at.set(run, progress);
    const states = [...this.at];
    const done = states.reduce((sum, [{ coreSeconds }, { fraction }]) => sum + fraction * coreSeconds, 0);
    const fraction = done / this.total;
    const running = states.filter(([, state]) => state.fraction < 1);
    const seconds = (performance.now() - this.began) / 1000;
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
      ...(fraction > 0 && { secondsLeft: (seconds * (1 - fraction)) / fraction }),
    });
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
