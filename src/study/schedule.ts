import { availableParallelism, freemem } from 'node:os';
import { modelTotals } from '../models/index.js';
import type { RunSpec } from '../training/index.js';

/** Memory a worker may need at most: dataset, its copy in the graph, activations of the widest network. */
const WORKER_BYTES = 2.5 * 2 ** 30;

/** Worker processes that pay on this machine: one a core, as far as memory goes. */
export function defaultJobs(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / WORKER_BYTES)));
}

/** Operations below which starting worker processes costs more than they save: some ten seconds of work. */
const PAYS_FROM = 1e12;

/**
 * Which runs to train one after the other on all cores, and which then side by side. A run longer than all others
 * together goes alone: beside it the other cores would fall idle. On an engine of one thread they fall idle anyhow.
 *
 * @param threads that one run computes with when it has the machine to itself
 */
export function schedule<T extends { readonly spec: RunSpec }>(
  runs: readonly T[],
  jobs: number,
  threads: number,
): { alone: T[]; together: T[] } {
  const weighed = longestFirst(runs);
  const works = weighed.map(({ work }) => work);
  const after = (i: number) => works.slice(i + 1).reduce((sum, work) => sum + work, 0);
  const first = threads === 1 ? 0 : works.findIndex((work, i) => work <= after(i) / (jobs - 1));
  const pays = jobs > 1 && first >= 0 && runs.length > first + 1 && works[first]! + after(first) >= PAYS_FROM;
  const cut = pays ? first : weighed.length;
  const sorted = weighed.map(({ run }) => run);
  return { alone: sorted.slice(0, cut), together: sorted.slice(cut) };
}

/** A run and how long it may take beside others. */
export interface Weighed<T> {
  readonly run: T;
  /** Of {@link workOf}, which takes milliseconds: told once, not at every report. */
  readonly work: number;
}

export function longestFirst<T extends { readonly spec: RunSpec }>(runs: readonly T[]): Weighed<T>[] {
  return runs.map((run) => ({ run, work: workOf(run.spec) })).sort((a, b) => b.work - a.work);
}

/** Floating-point operations that a run may take: a step takes about three forward passes. */
function workOf({ model, split, maxEpochs }: RunSpec): number {
  return 3 * (split.train ?? 45_000) * maxEpochs * modelTotals(model).flops;
}
