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
export { type ComparableReport, differences } from './compare-reports.js';
export {
  conclusionsSettled,
  counterExamples,
  figuresTable,
  guideTable,
  ledgerTable,
  rulesTable,
  sweepResults,
  verdictCounts,
} from './conclusions.js';
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
  costTable,
  derivationTable,
  diagramView,
  receptiveFieldView,
  sharesView,
  workView,
} from './networks.js';
export {
  type ClaimRow,
  type ModelFigures,
  type ModelRow,
  type Overview,
  type OverviewInput,
  overview,
  type StudyResults,
} from './overview.js';
export { type ReadmeResults, readmeChart, readmeTables, withResults } from './readme.js';
