/** Pure functions from records, weights and logits to numbers: nothing here runs a network or reads a file. */

export type { BlockPermuted } from './blocks.js';
export { byBlock } from './blocks.js';
export type { Claim } from './claims/claim-list.js';
export type { MeasuredFilters } from './claims/filters-claim.js';
export type { Verdict } from './claims/finding.js';
export type { Evidence, Judgement } from './claims/judge.js';
export { judgeClaims } from './claims/judge.js';
export { difference as accuracyDifference, gapDifference } from './claims/label-contrasts.js';
export { seedsToSettle } from './claims/seeds-needed.js';
export type { Contrast, ContrastTerm } from './contrast.js';
export { contrast, formatContrast } from './contrast.js';
export type { ExamplesCurve, ExamplesNeeded } from './examples.js';
export { examplesCurves, examplesToReach, onMostExamples } from './examples.js';
export type { GuideOptions, GuideRow, Need, Recommendation } from './guide.js';
export { kneeOf, paretoFront, selectionGuide } from './guide.js';
export type { Mistake } from './metrics.js';
export {
  correctAnswers,
  mostConfidentMistakes,
  mostConfusedPairs,
  predictions,
} from './metrics.js';
export type { FilterRedundancy } from './redundancy.js';
export { filterRedundancy } from './redundancy.js';
export type { LabelResult, NamedRun, RunEpoch } from './results.js';
export { epochsOf, resultOf, summarizeRuns } from './results.js';
export type { Proportion, Summary } from './statistics.js';
export { mean, pairedDifference, standardDeviation, summarize, wilsonInterval } from './statistics.js';
export { studentTCdf, studentTQuantile } from './student-t.js';
