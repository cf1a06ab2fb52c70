import { say } from './display.js';
import { type FigureOptions, figure } from './figure.js';
import { type TableOptions, type TableRow, table } from './table.js';

export type { FigureOptions } from './figure.js';

/** A table as data: what a view gives and a cell shows. */
export interface TableView extends TableOptions {
  /** The cells, row by row, by the name of their column. */
  readonly rows: readonly TableRow[];
}

/** What a cell shows: a figure, a table, or a paragraph of Markdown. */
export type View = FigureOptions | TableView | string;

/**
 * Shows views one below the other. Views are made by tested functions, so that a cell holds what is measured and not how
 * a sentence or a table is put together.
 *
 * @example
 * ```ts
 * import { show } from 'whyconv';
 *
 * await show({ rows: [{ model: 'small' }] }, 'A paragraph.'); // prints A paragraph.
 * ```
 */
export async function show(...views: readonly View[]): Promise<void> {
  for (const view of views) {
    if (typeof view === 'string') say(view);
    else if ('rows' in view) table(view.rows, view);
    else await figure(view);
  }
}

/** A prediction that a notebook begins with, settled by the data: null where its runs are missing. */
export interface Prediction {
  /** What was predicted, in one sentence. */
  readonly text: string;
  /** Whether it came true. */
  readonly held: boolean | null;
  /** The number that settled it. */
  readonly because: string;
}

/**
 * A notebook's predictions, ticked or crossed.
 *
 * @example
 * ```ts
 * import { settled } from 'whyconv';
 *
 * const { rows } = settled([{ text: 'P1. It rises.', held: true, because: '+2.1 points' }]);
 * Object.keys(rows[0]!); // => ['prediction', 'held', 'because']
 * ```
 */
export const settled = (predictions: readonly Prediction[]): TableView => ({
  caption: 'What was predicted, and what the data say.',
  rows: predictions.map(({ text, held, because }) => ({
    prediction: text,
    held: held === null ? '–\u00a0not\u00a0settled' : held ? '✓\u00a0yes' : '✗\u00a0no',
    because,
  })),
});
