/**
 * What reports and notebooks say: figures with their captions, tables and sentences, as pure functions from results. No outcome
 * is written by hand here: a sentence that states one is computed.
 */
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
  type ClaimRow,
  type ModelFigures,
  type ModelRow,
  type Overview,
  type OverviewInput,
  overview,
  type StudyResults,
} from './overview.js';
export { type ReadmeResults, readmeChart, readmeTables, withResults } from './readme.js';
