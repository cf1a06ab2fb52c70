/*
 * The study beyond one machine: workers that share a folder of records by leases, the tasks that a scheduler starts them as, and
 * what is seen of them from outside. Schedulers are used, none is written: which run comes next is decided by who takes its
 * lease, and what a run is, how it is trained and where its record lies is not decided here.
 */
export * from './exports/index.js';
export { type KubernetesSite, kubernetesJob } from './kubernetes.js';
export { type MergeOptions, type MergeReport, mergeStores } from './merge.js';
export { makespan, packRuns } from './packs.js';
export { type ClusterSize, planTasks, runsToTake, type TaskPlan, USEFUL_CORES } from './plan.js';
export { type Published, publishStudy } from './publish.js';
export { parseShard, type Shard } from './shard.js';
export { type SlurmSite, slurmScripts } from './slurm.js';
export { type RunStatus, statusOf } from './status.js';
export { type Submission, timeLimit } from './submission.js';
export { runWorker, type WorkerOptions, type WorkerReport } from './worker.js';
