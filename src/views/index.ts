/**
 * What reports and notebooks say: figures with their captions, tables and sentences, as pure functions from results. No outcome
 * is written by hand here: a sentence that states one is computed.
 */
export {
  alikeView,
  memoryTable,
  similarityPrediction,
  similarityReading,
  similarityTable,
} from './appendix.js';
export {
  arithmeticPredictions,
  arithmeticReading,
  type Compared,
  factsTable,
  volumesReading,
} from './arithmetic.js';
export {
  balancePredictions,
  balanceReading,
  type ClassCounts,
  countsView,
  type PartCounts,
  partsTable,
  uninformedTable,
} from './balance.js';
export { baselineCurves, bestBaselineReading } from './baseline.js';
export { baselinePredictions, baselineReading } from './baseline-reading.js';
export { settingsReading, settingsTable, settingsView } from './baseline-settings.js';
export {
  chapterReading,
  type Statement,
  type TrainedResults,
  trainedResults,
} from './compared.js';
export {
  conclusionsReading,
  conclusionsSettled,
  counterExamples,
  figuresTables,
  guideTable,
  ledgerTable,
  rulesTable,
  verdictCounts,
} from './conclusions.js';
export { confusionViews, mistakesViews } from './confusion.js';
export {
  agreementReading,
  capacityTable,
  type FilteredImage,
  filteredView,
  largestDifference,
  loopsPrediction,
  matricesView,
} from './convolution.js';
export {
  blockCorrelationTable,
  type Correlations,
  channelTable,
  checksReading,
  checksTable,
  classGrid,
  correlationView,
  dataPredictions,
  dataReading,
  directionTable,
  meanImagesView,
} from './data.js';
export {
  type DataSizes,
  dataSizePrediction,
  dataSizeReading,
  dataSizes,
  dataSizeTable,
  dataSizeView,
} from './data-size.js';
export {
  augmentationReading,
  augmentationView,
  denseReading,
  denseTable,
} from './dense.js';
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
  costTable,
  derivationTable,
  diagramView,
  receptiveFieldView,
  sharesView,
  workView,
} from './networks.js';
export { ownRunsTable } from './own-runs.js';
export { guessView, moveView, reachView, scrambleView, turnView } from './play.js';
export {
  positionImagesView,
  positionsPrediction,
  positionsReading,
  positionsView,
} from './positions.js';
export { searchPrediction, searchViews } from './protocol-search.js';
export { protocolTable } from './protocols.js';
export { cnnsByWidth, type MeasuredWidth, pruningViews } from './redundancy.js';
export {
  type DropoutRates,
  dropoutByWidth,
  dropoutTable,
  dropoutViews,
  type Heads,
  headResults,
  headsViews,
} from './regularization.js';
export { replicationViews } from './replication.js';
export { runsReading } from './runs.js';
export {
  capacityReading,
  type SharingResults,
  sharingPredictions,
  sharingReading,
  sharingResults,
  sharingTable,
  sharingView,
} from './sharing.js';
export { type OwnSource, type Sources, sweepResults } from './sources.js';
export { sourcesOf } from './sources-of.js';
export { sweepCostTable, sweepTable, sweepView } from './sweep.js';
export { costViews, gapView, sweepCurves } from './sweep-cost.js';
export { smallReading, stepsReading, sweepPredictions, sweepReading } from './sweep-reading.js';
export { loopReading } from './training-loop.js';
export {
  controlPredictions,
  controlReading,
  type Fill,
  type ShiftedNetwork,
  shiftPredictions,
  shiftReading,
  shiftTable,
  shiftView,
} from './translation.js';
export { plateauPrediction, unpublishedViews } from './unpublished.js';
