import type { BannerInfo } from '../../notebook/mime.js';
import type { Notebook } from '../nbformat.js';

/** Everything a report page is made of: the page reads no other file of the project, and no clock. */
export interface ReportInput {
  readonly title: string;
  /** One or two sentences under the title; Markdown. */
  readonly subtitle?: string;
  /** What the first screen says, above all chapters. */
  readonly lead?: Lead;
  /** Name of the profile: "smoke", "quick", "full". */
  readonly profile: string;
  /** When the report was made, ISO 8601. */
  readonly createdAt: string;
  readonly outcome: ReportOutcome;
  /** What the reader must know before any number. Banners shown by cells are added to these. */
  readonly banners: readonly BannerInfo[];
  readonly provenance: readonly FactGroup[];
  /** In reading order. */
  readonly notebooks: readonly ReportNotebook[];
}

/** A question with its answer in a few sentences, one picture, and the state of each point that the report argues. */
export interface Lead {
  readonly question: string;
  /** Markdown, one paragraph each. */
  readonly answer: readonly string[];
  readonly figure: { readonly chart: unknown; readonly caption: string; readonly alt: string };
  readonly points: {
    readonly title: string;
    /** What the marks of each point are, in their order: "recorded", "here". */
    readonly sources: readonly string[];
    readonly items: readonly LeadPoint[];
  };
  /** What the report was made of. */
  readonly facts: readonly Fact[];
}

/** A point of the argument: linked to where the report defines its term. */
export interface LeadPoint {
  readonly term: string;
  readonly statement: string;
  /** In words, one per source; the tone decides how a mark looks. */
  readonly marks: readonly LeadMark[];
}

export interface LeadMark {
  readonly text: string;
  readonly tone: 'for' | 'against' | 'leaning' | 'leaning-against' | 'open' | 'none';
}

export type ReportOutcome =
  | { readonly status: 'complete' }
  | { readonly status: 'FAILED'; readonly failure: ReportFailure };

export interface ReportFailure {
  /** File name of the notebook, as in {@link ReportNotebook.file}. */
  readonly notebook: string;
  /** Position of the cell in the notebook, from 1, counting cells of all kinds. Absent if no cell is to blame. */
  readonly cell?: number;
  readonly source?: string;
  /** The error as text; ANSI colors are understood. */
  readonly error: string;
}

/** A titled block of facts: "Software" with commit, versions and engine, for instance. */
export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** Both are plain text; a value may have several lines. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface ReportNotebook {
  /** File name without folder: "03-parameter-arithmetic.ipynb". */
  readonly file: string;
  /** As executed; cells that did not run have no outputs. */
  readonly notebook: Notebook;
  /** Wall-clock seconds of the whole notebook; absent when it did not run. */
  readonly seconds?: number;
  /** Default: "complete" with seconds, "not run" without. */
  readonly state?: NotebookState;
}

export type NotebookState = 'complete' | 'failed' | 'not run';
