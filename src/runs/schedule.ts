import type { RunSpec } from '../training/index.js';

/** A run and its {@link Estimate} in core-seconds. */
export interface PlannedRun {
  readonly spec: RunSpec;
  readonly coreSeconds: number;
}

/** Starting worker processes takes a second or two of every core: below this much work, in core-seconds, they do not pay. */
const PAYS_FROM = 10;

/**
 * Which runs to train one after the other on all cores, and which then in parallel, one per core; both longest first, so that
 * no core waits at the end. A run longer than all others together is trained alone: next to it the other cores would fall
 * idle. On an engine of one thread they are idle in any case.
 *
 * @param jobs runs that may be trained in parallel
 * @param threads that one run computes with when it has the machine to itself
 */
export function schedule(
  runs: readonly PlannedRun[],
  jobs: number,
  threads: number,
): { alone: PlannedRun[]; together: PlannedRun[] } {
  const sorted = runs.toSorted((a, b) => b.coreSeconds - a.coreSeconds);
  const after = (i: number) => sorted.slice(i + 1).reduce((sum, { coreSeconds }) => sum + coreSeconds, 0);
  const first =
    threads === 1 ? 0 : sorted.findIndex(({ coreSeconds }, i) => coreSeconds <= after(i) / (jobs - 1));
  const pays = jobs > 1 && first >= 0 && sorted.length > first + 1 && after(first - 1) >= PAYS_FROM;
  const cut = pays ? first : sorted.length;
  return { alone: sorted.slice(0, cut), together: sorted.slice(cut) };
}
