/*
 * How runs are stored, scheduled and trained: here or in worker processes, resumed after an interruption, each trained once
 * however many processes ask for it. A run is its spec; what question it answers is not known here.
 */
export { type Agreement, agreementOf } from './agreement.js';
export { type DatasetSource, datasetFor, loadSource, type SourcedDataset } from './dataset-source.js';
export { type Estimate, Estimator } from './estimate.js';
export { type FailedRun, FailedRunsError, failureOf, lineOf, type RunFailure } from './failure.js';
export { defaultJobs, parseJobs, WORKER_BYTES } from './jobs.js';
export { namedStore } from './named-store.js';
export { type FinishedRun, type RunAllOptions, runAll, withoutRecord } from './run-all.js';
export { runName } from './run-name.js';
export type { PlannedRun } from './schedule.js';
export { defaultStoreFolder, RECORDED_FOLDER, RunStore, recordedRuns } from './store.js';
export { requireNotInterrupted, trainRun } from './train-run.js';
export {
  modelsWithWeights,
  networkOfFile,
  networkOfModel,
  networkOfRun,
  preferredNetwork,
  type TrainedNetwork,
  trainedStores,
} from './trained-network.js';
