import type { OnProgress, Progress } from '../base/progress.js';
import { runName } from './run-name.js';
import type { PlannedRun } from './schedule.js';

/** One progress for all runs of a pool, each weighted by its estimate. */
export class PoolProgress {
  private readonly at = new Map<PlannedRun, Progress>();
  private readonly total: number;
  private readonly began = performance.now();

  constructor(
    private readonly runs: readonly PlannedRun[],
    private readonly onProgress: OnProgress | undefined,
  ) {
    this.total = runs.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0);
  }

  done(run: PlannedRun): void {
    this.update(run, { task: runName(run.spec), fraction: 1 });
  }

  update(run: PlannedRun, progress: Progress): void {
    this.at.set(run, progress);
    const states = [...this.at];
    const done = states.reduce((sum, [{ coreSeconds }, { fraction }]) => sum + fraction * coreSeconds, 0);
    const fraction = done / this.total;
    const running = states.filter(([, state]) => state.fraction < 1);
    const seconds = (performance.now() - this.began) / 1000;
    this.onProgress?.({
      task: `${states.length - running.length} of ${this.runs.length} runs trained`,
      fraction,
      detail: running.map(([, { task, detail }]) => `${task}: ${detail?.split(',')[0] ?? ''}`).join(' | '),
      ...(fraction > 0 && { secondsLeft: (seconds * (1 - fraction)) / fraction }),
    });
  }
}
