export { loadStudyDataset, SYNTHETIC } from './dataset.js';
export {
  EXPERIMENT_NAMES,
  type Experiment,
  type ExperimentName,
  experiments,
  type LabelledRun,
} from './experiments.js';
export {
  type Budget,
  PROFILE_NAMES,
  type Profile,
  type ProfileName,
  parseProfileName,
  profileFor,
} from './profiles.js';
export { type RunChoice, runSpec } from './protocol.js';
export { PUBLISHED, type PublishedResult } from './published.js';
export { RunStore } from './store.js';
export {
  missingRuns,
  openStudy,
  parseJobs,
  type Study,
  type StudyOptions,
  type StudyRun,
} from './study.js';
