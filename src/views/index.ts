/**
 * What the cells of the chapters show: pure functions from results to figures, tables and sentences. One file per chapter;
 * nothing here measures or displays. A sentence that states an outcome follows from the numbers it is given.
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
