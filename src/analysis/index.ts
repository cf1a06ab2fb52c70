export type { BlockPermuted } from './blocks.js';
export { byBlock } from './blocks.js';
export type { Claim } from './claims/claim-list.js';
export { collectEvidence } from './claims/evidence.js';
export type { MeasuredFilters } from './claims/filters-claim.js';
export type { Verdict } from './claims/finding.js';
export type { Evidence, Judgement } from './claims/judge.js';
export { judgeClaims } from './claims/judge.js';
export { difference as accuracyDifference, gapDifference } from './claims/label-contrasts.js';
export { seedsToSettle } from './claims/seeds-needed.js';
export type { Contrast, ContrastTerm } from './contrast.js';
export { contrast, formatContrast } from './contrast.js';
export type { EquivarianceError } from './equivariance.js';
export { equivarianceErrors } from './equivariance.js';
export type { ExamplesCurve, ExamplesNeeded } from './examples.js';
export { examplesCurves, examplesToReach, onMostExamples } from './examples.js';
export type { FeatureFunction, FeatureMaps } from './features.js';
export { featureMapsOf, featuresOf } from './features.js';
export type { GuideOptions, GuideRow, Need, Recommendation } from './guide.js';
export { kneeOf, paretoFront, selectionGuide } from './guide.js';
export type { LayerRank } from './measurements.js';
export {
  layerRanks,
  measureEquivariance,
  measurePruning,
  measureRanks,
  measureShifts,
} from './measurements.js';
export type { Mistake } from './metrics.js';
export {
  agreement,
  mostConfidentMistakes,
  mostConfusedPairs,
  predictions,
} from './metrics.js';
export { confidentMistakes } from './mistakes.js';
export type { Predictor } from './predict.js';
export { predictor } from './predict.js';
export type { FilterChoice, PrunedLayer, Pruning, PruningLoss } from './pruning.js';
export { filtersByNorm, pruningLosses } from './pruning.js';
export type { MeasuredReach, PixelRange } from './reach.js';
export { measureReach } from './reach.js';
export type { FilterRedundancy } from './redundancy.js';
export { effectiveRankOf, filterRedundancy, filterRows, meanAbsoluteCosine } from './redundancy.js';
export type { LabelResult, NamedRun, RunEpoch } from './results.js';
export { epochsOf, resultOf, summarizeRuns } from './results.js';
export type { Predict, ShiftOptions, ShiftRobustness } from './shift-robustness.js';
export { shiftRobustness } from './shift-robustness.js';
export type { Matrix } from './singular-values.js';
export { singularValues } from './singular-values.js';
export type { Proportion, Summary } from './statistics.js';
export { mean, pairedDifference, standardDeviation, summarize, wilsonInterval } from './statistics.js';
export { studentTCdf, studentTQuantile } from './student-t.js';
export { trainedWeights, validationImages } from './trained.js';
export type { EquivarianceExtremes, LayerEquivariance } from './translation.js';
export { equivarianceEvidence, layerEquivariance } from './translation.js';
