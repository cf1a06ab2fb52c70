/**
 * One run: its spec, the loop that trains it, and the record of what came out. Which runs are worth training is not known here.
 */

export { batchesOf, epochInputs } from './batches.js';
export { packBits, unpackBits } from './bits.js';
export { epochsOfCheckpoint, readCheckpoint } from './checkpoint.js';
export { dropoutLayers, dropoutMasks } from './dropout.js';
export { argMax, confusionMatrix, logSumExp, predictLogits, scoreLogits } from './evaluate.js';
export { type Environment, environment, sourceCommit } from './provenance.js';
export {
  type EpochRecord,
  type Evaluation,
  formatRunRecord,
  isDisturbed,
  type Provenance,
  parseRunRecord,
  provenanceSchema,
  type RunRecord,
  type RunResults,
} from './run-record.js';
export {
  type AugmentationSpec,
  canonicalJson,
  type OptimizerSpec,
  parseRunSpec,
  type RunSpec,
  runKey,
  type ScheduleSpec,
  type SplitSpec,
  TRAINING_SEMANTICS,
  type TransformSpec,
  writtenSpec,
} from './run-spec.js';
export {
  bestEpoch,
  isValidated,
  keptEpoch,
  learningRate,
  shouldContinue,
  validationsOf,
} from './schedule.js';
export { byShards, shardsOf } from './shards.js';
export { runTables, type SplitIndices, splitIndices, transformImages } from './tables.js';
export { readTensorFile, type TensorFile, writeTensorFile } from './tensor-file.js';
export { discardCheckpoint, type TrainedRun, type TrainOptions, train } from './train.js';
export { EVALUATION_BATCH, PIXEL_SCALE, trainingProgram } from './training-program.js';
