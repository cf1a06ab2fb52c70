import { runKey } from '../training/index.js';
import type { PlannedRun } from './schedule.js';
import type { RunStore } from './store.js';

/** Runs still to train, in order; the ones that another process is training meanwhile come last. */
export class RunQueue {
  private readonly waiting: PlannedRun[];

  constructor(
    runs: readonly PlannedRun[],
    private readonly store: RunStore,
  ) {
    this.waiting = [...runs];
  }

  take(): PlannedRun | undefined {
    const free = this.waiting.findIndex(({ spec }) => !this.store.isClaimed(runKey(spec)));
    return this.waiting.splice(Math.max(free, 0), 1)[0];
  }
}
