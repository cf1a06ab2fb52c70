import { Estimator, type PlannedRun } from '../runs/index.js';
import { type ExperimentName, runsOf, type Study } from '../study/index.js';
import { type RunSpec, runKey } from '../training/index.js';
import { makespan, packRuns } from './packs.js';
import type { Shard } from './shard.js';

/** Of a cluster, what decides how long a study takes on it. */
export interface ClusterSize {
  /** Tasks that run at the same time, each on cores of its own. */
  readonly nodes: number;
  /** Of each task. */
  readonly cores: number;
}

/** What is left of a study as tasks for a scheduler; each is one shard of `shards`, trained by one worker. */
export interface TaskPlan extends ClusterSize {
  readonly shards: number;
  /** Those with something to train, the longest first. */
  readonly tasks: readonly Task[];
  /** Runs without a record. */
  readonly missing: number;
  /** Until the last task has ended, at most. */
  readonly seconds: number;
}

export interface Task {
  /** Of its shard. */
  readonly index: number;
  readonly runs: readonly RunSpec[];
  /** At most, its start included. */
  readonly seconds: number;
}

/** Seconds of a task's work that short runs are packed together for: a scheduler takes its time to start one. */
const TASK_SECONDS = 20 * 60;

/** Seconds until a task trains (Node, the engine, the dataset), and in each run until its first batch (the graph). */
const START_SECONDS = 3;
const RUN_SECONDS = 0.5;

/** More cores do not make a run faster: a training step has two shards (training/shards.ts). */
export const USEFUL_CORES = 2;

/** Plans what has no record yet. Trains nothing. */
export async function planTasks(
  study: Study,
  names: readonly ExperimentName[],
  size: ClusterSize,
): Promise<TaskPlan> {
  const estimator = new Estimator(study.engine.name, await study.store.list());
  const speed = Math.min(size.cores, USEFUL_CORES);
  const all = withoutRecords(study, names);
  const work = all.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0) / speed;
  const shards = Math.min(Math.max(Math.ceil(work / TASK_SECONDS), size.nodes), Math.max(all.length, 1));
  const tasks: Task[] = [];
  for (const [index, runs] of packRuns(all, shards).entries()) {
    const missing: RunSpec[] = [];
    let coreSeconds = 0;
    for (const { spec } of runs) {
      if (await study.store.get(runKey(spec))) continue;
      missing.push(spec);
      coreSeconds += estimator.estimate(spec, study.datasetOf(spec)).coreSeconds;
    }
    if (missing.length > 0)
      tasks.push({
        index,
        runs: missing,
        seconds: START_SECONDS + RUN_SECONDS * missing.length + coreSeconds / speed,
      });
  }
  tasks.sort((a, b) => b.seconds - a.seconds || a.index - b.index);
  return {
    ...size,
    shards,
    tasks,
    missing: tasks.reduce((sum, { runs }) => sum + runs.length, 0),
    seconds: makespan(
      tasks.map(({ seconds }) => seconds),
      size.nodes,
    ),
  };
}

/**
 * The runs a worker takes, longest first: all, or those of a shard. Which runs a shard has is decided by arithmetic over all runs, with
 * or without a record, so that workers whose stores differ agree on it.
 */
export function runsToTake(study: Study, names: readonly ExperimentName[], shard?: Shard): RunSpec[] {
  const packs = packRuns(withoutRecords(study, names), shard?.count ?? 1);
  return packs[shard?.index ?? 0]!.map(({ spec }) => spec);
}

/** All runs with estimates by arithmetic alone, which are the same on every host. */
function withoutRecords(study: Study, names: readonly ExperimentName[]): PlannedRun[] {
  const arithmetic = new Estimator(study.engine.name, []);
  return runsOf(study, names).map((spec) => ({
    spec,
    coreSeconds: arithmetic.estimate(spec, study.datasetOf(spec)).coreSeconds,
  }));
}
