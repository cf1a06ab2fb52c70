/**
 * What is measured by running trained networks, and the cache of it. Nothing is trained or judged here: numbers about records
 * alone are in `analysis`.
 */

export type { EffectiveReceptiveField, PixelRange } from './effective-receptive-field.js';
export { effectiveReceptiveFields } from './effective-receptive-field.js';
export { featureMapsOf } from './features.js';
export type { LayerRank } from './filter-ranks.js';
export { layerRanks } from './filter-ranks.js';
export type { Inference, InferenceOptions, Layers } from './inference.js';
export { infer, inference } from './inference.js';
export type { EquivarianceExtremes, LayerEquivariance } from './layer-equivariance.js';
export { equivarianceEvidence, layerEquivariance } from './layer-equivariance.js';
export type { EquivarianceRun, FilterRun, ShiftedRun } from './measured-runs.js';
export { measureEquivarianceRuns, measureFilterRuns, measureShiftedRuns } from './measured-runs.js';
export {
  measureEquivariance,
  measureFields,
  measurePruning,
  measureRanks,
  measureShifts,
} from './measurements.js';
export { confidentMistakes } from './mistakes.js';
export type { PruningOptions } from './pruning.js';
export { PRUNING_DEFAULTS, pruningLosses } from './pruning.js';
export type {
  FilterOrder,
  LayerPruningLoss,
  Pruning,
  PruningLoss,
  RemovableFraction,
} from './pruning-losses.js';
export type {
  Predict,
  ShiftAnswers,
  ShiftMeasurement,
  ShiftOptions,
  ShiftRobustness,
} from './shift-robustness.js';
export {
  shiftAccuracyDifference,
  shiftAnswers,
  shiftLossDifference,
  shiftRobustness,
} from './shift-robustness.js';
export type { JudgedImages } from './trained.js';
export { MissingWeightsError, type TrainedStudy, trainedWeights, validationImages } from './trained.js';
