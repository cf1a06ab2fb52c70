/**
 * The study's questions as data: which runs answer which experiment, under which protocol, in which profile; and the study
 * opened on a dataset. How runs are scheduled is known to `runs`, what they mean to `analysis`.
 */

export { type Condition, conditionOf, describeCondition, describeRun, matches } from './condition.js';
export { type ExperimentCost, type RunCost, type StudyCost, studyCost } from './cost.js';
export { loadStudyDataset, SYNTHETIC } from './dataset.js';
export {
  type EpochCost,
  epochCostOf,
  epochSpecs,
  recordedEpochCosts,
  writeEpochCosts,
} from './epoch-cost.js';
export {
  EXPERIMENT_NAMES,
  type Experiment,
  type ExperimentName,
  type PlannedSetting,
  type StudySubject,
  type SubjectDataset,
} from './experiment.js';
export { experiments } from './experiments/index.js';
export { type ArchitectureFact, architectureFacts } from './facts.js';
export {
  type CheapRuns,
  PROFILE_NAMES,
  type Profile,
  type ProfileName,
  type Replication,
} from './profile.js';
export { fitProfile, parseProfileName, profileFor } from './profiles.js';
export {
  epochsOn,
  PROTOCOLS,
  type Protocol,
  type ProtocolName,
  protocolOf,
  SCHEDULES,
} from './protocol.js';
export { PUBLISHED, type PublishedResult } from './published.js';
export {
  datasetForRecorded,
  hasRecordedFacts,
  recordedFacts,
  showsRecorded,
  writeRecordedFacts,
} from './recorded.js';
export { runSpec, type Setting, type SettingSubject } from './setting.js';
export {
  missingRuns,
  openStudy,
  runsOf,
  type Study,
  type StudyOptions,
} from './study.js';
