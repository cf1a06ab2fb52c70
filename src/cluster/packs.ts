import type { PlannedRun } from '../runs/index.js';
import { runKey } from '../training/index.js';

/**
 * Divides runs into a number of packs of about equal work: the longest run first, each to the pack with the least work so far
 * (longest processing time first; Graham 1969, at most a third above the best division). The same on every host: packs depend
 * on the runs and their estimates alone. The pack with the most work comes first; some are empty where there are more packs than runs.
 */
export function packRuns(runs: readonly PlannedRun[], count: number): PlannedRun[][] {
  const sorted = runs
    .map((run) => ({ run, key: runKey(run.spec) }))
    .sort((a, b) => b.run.coreSeconds - a.run.coreSeconds || (a.key < b.key ? -1 : 1));
  const packs = Array.from({ length: count }, () => ({ work: 0, runs: [] as PlannedRun[] }));
  for (const { run } of sorted) {
    const least = packs.reduce((a, b) => (b.work < a.work ? b : a));
    least.work += run.coreSeconds;
    least.runs.push(run);
  }
  return packs.sort((a, b) => b.work - a.work).map((pack) => pack.runs);
}

/** When the last of several tasks ends that are started in order, each on the first of `nodes` that is free. */
export function makespan(seconds: readonly number[], nodes: number): number {
  const busyUntil = new Array<number>(nodes).fill(0);
  for (const task of seconds) {
    const first = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[first]! += task;
  }
  return Math.max(...busyUntil);
}
