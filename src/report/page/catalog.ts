import { MIME } from '../../notebook/mime.js';
import type { MimeData, Notebook } from '../nbformat.js';
import { type Anchors, slugify } from './anchors.js';
import { type FigureData, figureSchema, type TableData, tableSchema } from './mime-schemas.js';
import { shownOutputs } from './visible.js';

/** What text can refer to: an element of the page. */
export interface Target {
  readonly id: string;
}

/** An output with a number: each kind is counted through the whole report. */
export type Exhibit = Target & { readonly number: number } & (
    | { readonly kind: 'Figure'; readonly info: FigureData }
    | { readonly kind: 'Table'; readonly info: TableData }
  );

/** A term can be mentioned if it is one word: "C7". */
const WORD = /^[\p{L}\p{N}]+$/u;

/**
 * The figures, tables and terms of a report, known before anything is rendered, so that text can refer to what comes later.
 */
export class Catalog {
  readonly #exhibits = new Map<MimeData, Exhibit>();
  readonly #byName = new Map<string, Target>();
  readonly #byLabel = new Map<string, Exhibit>();
  readonly #counts = { Figure: 0, Table: 0 };

  constructor(
    notebooks: readonly Notebook[],
    readonly anchors: Anchors,
  ) {
    for (const output of notebooks.flatMap(({ cells }) => cells.flatMap(shownOutputs))) {
      if (output.output_type === 'stream' || output.output_type === 'error') continue;
      this.#add(output.data);
    }
  }

  /** What an output is, if it has a number. */
  exhibit(data: MimeData): Exhibit | undefined {
    return this.#exhibits.get(data);
  }

  /** What a mention means: "Figure 3", "Table 2", or a term that a table defines. */
  named(name: string): Target | undefined {
    return this.#byName.get(name);
  }

  /** The figure or table that its notebook calls `label`. */
  labeled(label: string): Exhibit | undefined {
    return this.#byLabel.get(label);
  }

  #add(data: MimeData): void {
    const exhibit = this.#figure(data) ?? this.#table(data);
    if (!exhibit) return;
    this.#exhibits.set(data, exhibit);
    this.#byName.set(`${exhibit.kind} ${exhibit.number}`, exhibit);
    const { label } = exhibit.info;
    if (label !== undefined && !this.#byLabel.has(label)) this.#byLabel.set(label, exhibit);
  }

  #figure(data: MimeData): Exhibit | undefined {
    const { success, data: info } = figureSchema.safeParse(data[MIME.figure]);
    return success && !info.captionOnly ? { kind: 'Figure', info, ...this.#next('Figure') } : undefined;
  }

  #table(data: MimeData): Exhibit | undefined {
    const { success, data: info } = tableSchema.safeParse(data[MIME.table]);
    if (!success) return undefined;
    const exhibit = { kind: 'Table', info, ...this.#next('Table') } as const;
    if (info.defines) for (const [term] of info.rows) this.#define(term);
    return exhibit;
  }

  #define(term = ''): void {
    if (!WORD.test(term) || this.#byName.has(term)) return;
    this.#byName.set(term, { id: this.anchors.claim(`term-${slugify(term)}`) });
  }

  #next(kind: Exhibit['kind']): { number: number; id: string } {
    const number = ++this.#counts[kind];
    return { number, id: this.anchors.claim(`${kind.toLowerCase()}-${number}`) };
  }
}
