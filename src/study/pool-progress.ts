import type { OnProgress, Progress } from '../base/progress.js';
import type { LabelledRun } from './experiment.js';
import type { Weighed } from './schedule.js';

/** One progress for all runs, each weighed by its work. */
export class PoolProgress {
  private readonly at = new Map<LabelledRun, Progress>();
  private readonly share: ReadonlyMap<LabelledRun, number>;
  private readonly began = performance.now();

  constructor(
    runs: readonly Weighed<LabelledRun>[],
    private readonly onProgress: OnProgress | undefined,
  ) {
    const total = runs.reduce((sum, { work }) => sum + work, 0);
    this.share = new Map(runs.map(({ run, work }) => [run, work / total]));
  }

  update(run: LabelledRun, progress: Progress): void {
    this.at.set(run, progress);
    const states = [...this.at];
    const done = states.reduce((sum, [at, { fraction }]) => sum + fraction * this.share.get(at)!, 0);
    const running = states.filter(([, { fraction }]) => fraction < 1);
    const seconds = (performance.now() - this.began) / 1000;
    this.onProgress?.({
      task: `${states.length - running.length} of ${this.share.size} runs trained`,
      fraction: done,
      detail: running.map(([, { task, detail }]) => `${task}: ${detail?.split(',')[0] ?? ''}`).join(' | '),
      ...(done > 0 && { secondsLeft: (seconds * (1 - done)) / done }),
    });
  }
}
