export type { Comparisons } from './comparisons.js';
export { comparisons, comparisonsWith, gapTerms, term } from './comparisons.js';
export type { Contrast, ContrastTerm } from './contrast.js';
export { contrast, formatContrast, formatPoints } from './contrast.js';
export type { EquivarianceError } from './equivariance.js';
export { equivarianceErrors } from './equivariance.js';
export type { FeatureFunction, FeatureMaps } from './features.js';
export { featureMapsOf, featuresOf } from './features.js';
export type { CostScale, GuideOptions, GuideRow, Need, Recommendation } from './guide.js';
export { guideRow, heightAboveLine, kneeOf, paretoFront, selectionGuide } from './guide.js';
export type { Interval, PValues, VariancePart } from './interval.js';
export { intervalOf } from './interval.js';
export type { MeasuredBySeed, MeasuredOptions, OverImages } from './measured-contrast.js';
export { measuredContrast, overImages } from './measured-contrast.js';
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
export { allOf, anyOf, holm } from './multiplicity.js';
export type { Predictor } from './predict.js';
export { predictor } from './predict.js';
export type { FilterChoice, PrunedLayer, Pruning, PruningLoss } from './pruning.js';
export { filtersByNorm, pruningLosses } from './pruning.js';
export type { Moments, Ratio, RatioDifference } from './ratio.js';
export { fieller, quotient, ratioDifference } from './ratio.js';
export type { MeasuredReach, PixelRange } from './reach.js';
export { measureReach } from './reach.js';
export type { FilterRedundancy } from './redundancy.js';
export { effectiveRankOf, filterRedundancy, filterRows, meanAbsoluteCosine } from './redundancy.js';
export type { ConditionResult, RunEpoch } from './results.js';
export {
  commonSeeds,
  divergedRuns,
  epochsOf,
  one,
  overCommonSeeds,
  overSeeds,
  resultsByCondition,
  unvaried,
  where,
} from './results.js';
export type { ImagesNeeded, SampleEfficiency } from './sample-efficiency.js';
export { imagesToReach, sampleEfficiency } from './sample-efficiency.js';
export type { Part, PartWeights, SeedSpread, Spread } from './seed-spread.js';
export { ASSUMED_SEED_DEVIATION, PARTS, seedSpread, varianceOf } from './seed-spread.js';
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
