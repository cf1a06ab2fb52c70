/** Pure functions from records, weights and logits to numbers: nothing here runs a network or reads a file. */

export type { Comparisons } from './comparisons.js';
export { comparisons, comparisonsWith, gapTerms, term } from './comparisons.js';
export type { Contrast, ContrastTerm } from './contrast.js';
export { contrast, formatContrast, formatPoints } from './contrast.js';
export type { RunEpoch } from './epochs.js';
export { epochsOf } from './epochs.js';
export type { CostScale, GuideOptions, GuideRow, Need, Recommendation } from './guide.js';
export { guideRow, heightAboveLine, kneeOf, paretoFront, selectionGuide } from './guide.js';
export type { ConfidenceInterval, PValues, VariancePart } from './interval.js';
export { intervalOf } from './interval.js';
export type { MeasuredBySeed, MeasuredOptions, OverImages } from './measured-contrast.js';
export { measuredContrast } from './measured-contrast.js';
export type { Mistake } from './metrics.js';
export {
  correctAnswers,
  guessAccuracy,
  mostConfidentMistakes,
  mostConfusedPairs,
  predictions,
} from './metrics.js';
export { allOf, anyOf, holm } from './multiplicity.js';
export {
  type Counted,
  countBy,
  describeDisturbance,
  describeOrigins,
  differencesFrom,
  type Origin,
  originOf,
} from './origins.js';
export type { Moments, Ratio, RatioDifference } from './ratio.js';
export { fieller, quotient, ratioDifference } from './ratio.js';
export type { FilterRedundancy } from './redundancy.js';
export { filterRedundancy } from './redundancy.js';
export type { ConditionResult } from './results.js';
export {
  bestByValidation,
  commonSeeds,
  divergedRuns,
  isOfUsualLength,
  one,
  overCommonSeeds,
  overSeeds,
  resultsByCondition,
  unvaried,
  where,
  withEpochCosts,
} from './results.js';
export type { ImagesNeeded, SampleEfficiency } from './sample-efficiency.js';
export { imagesToReach, sampleEfficiency } from './sample-efficiency.js';
export type { Part, PartWeights, SeedSpread, Spread } from './seed-spread.js';
export { ASSUMED_SEED_DEVIATION, PARTS, seedSpread, varianceOf } from './seed-spread.js';
export type { Proportion, Summary } from './statistics.js';
export { mean, pairedDifference, standardDeviation, summarize, wilsonInterval } from './statistics.js';
export { studentTCdf, studentTQuantile } from './student-t.js';
