export type { EquivarianceError } from './equivariance.js';
export { equivarianceErrors } from './equivariance.js';
export type { FeatureFunction, FeatureMaps } from './features.js';
export { featuresOf } from './features.js';
export type { GuideOptions, GuideRow, Need, Recommendation } from './guide.js';
export { kneeOf, paretoFront, selectionGuide } from './guide.js';
export type { Evaluation, Mistake } from './metrics.js';
export {
  agreement,
  evaluateLogits,
  mostConfidentMistakes,
  mostConfusedPairs,
  predictions,
} from './metrics.js';
export type { FilterRedundancy } from './redundancy.js';
export { effectiveRankOf, filterRedundancy, filterRows, meanAbsoluteCosine } from './redundancy.js';
export type { Predict, ShiftOptions, ShiftRobustness } from './shift-robustness.js';
export { shiftRobustness } from './shift-robustness.js';
export type { Matrix } from './singular-values.js';
export { singularValues } from './singular-values.js';
export type { Proportion, Summary } from './statistics.js';
export { mean, pairedDifference, standardDeviation, summarize, wilsonInterval } from './statistics.js';
export { studentTCdf, studentTQuantile } from './student-t.js';
