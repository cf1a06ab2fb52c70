export { RICHEST_FIRST } from './bundle.js';
export type {
  Fact,
  FactGroup,
  Lead,
  LeadMark,
  LeadPoint,
  NotebookState,
  ReportFailure,
  ReportInput,
  ReportNotebook,
  ReportOutcome,
} from './input.js';
export { renderReport } from './page.js';
