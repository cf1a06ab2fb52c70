export type {
  Fact,
  FactGroup,
  NotebookState,
  ReportFailure,
  ReportInput,
  ReportNotebook,
  ReportOutcome,
} from './input.js';
export { RICHEST_FIRST } from './outputs.js';
export { renderReport } from './page.js';
