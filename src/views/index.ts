/**
 * What reports and notebooks say: figures with their captions, tables and sentences, as pure functions from results. No outcome
 * is written by hand here: a sentence that states one is computed.
 */
export { type ComparableReport, differences } from './compare-reports.js';
export {
  chapterReading,
  type Statement,
  shortName,
  type TrainedResults,
  trainedResults,
} from './compared.js';
export { confusionViews, mistakesViews, mostAccurate } from './confusion.js';
export {
  type DataSizes,
  dataSizePrediction,
  dataSizeReading,
  dataSizes,
  dataSizeTable,
  dataSizeView,
} from './data-size.js';
export {
  equivariancePredictions,
  equivarianceReading,
  equivarianceTable,
  equivarianceView,
} from './equivariance.js';
export {
  effectiveFieldViews,
  featureMapsView,
  filtersView,
  probeView,
} from './inside.js';
export { type FoundInside, insidePredictions, insideReading } from './inside-chapter.js';
export {
  type BlockRow,
  blocksView,
  localityPredictions,
  localityReading,
  localityTable,
  permutationView,
  permutedImagesView,
  resultsByBlock,
} from './locality.js';
export {
  type ClaimRow,
  type ModelFigures,
  type ModelRow,
  type Overview,
  type OverviewInput,
  overview,
  type StudyResults,
} from './overview.js';
export {
  positionImagesView,
  positionsPrediction,
  positionsReading,
  positionsView,
} from './positions.js';
export { type ReadmeResults, readmeChart, readmeTables, withResults } from './readme.js';
export { cnnsByWidth, type MeasuredWidth, pruningViews } from './redundancy.js';
export {
  type DropoutRates,
  dropoutByWidth,
  dropoutReading,
  dropoutTable,
  dropoutViews,
  type Heads,
  headResults,
  headsViews,
} from './regularization.js';
export {
  capacityReading,
  type SharingResults,
  sharingPredictions,
  sharingReading,
  sharingResults,
  sharingTable,
  sharingView,
} from './sharing.js';
export {
  augmentationPredictions,
  augmentationReading,
  type ShiftedNetwork,
  shiftPredictions,
  shiftReading,
  shiftTable,
  shiftView,
} from './translation.js';
