import { type TableMarkup, tableHtml } from '../../notebook/table-html.js';
import type { ChartTable } from './chart-spec.js';
import { counted, escapeHtml } from './html.js';

/** Rows shown of a chart's data; the download has all. */
const SHOWN_ROWS = 60;
/** Characters from which a cell is prose and must not be squeezed to one word per line. */
const LONG_CELL = 36;

/** The class attribute of a table cell; empty without any. */
export function cellClass(align: string | undefined, text: string): string {
  const classes = [
    align && align !== 'left' ? `align-${align}` : '',
    text.length > LONG_CELL ? 'long-text' : '',
  ];
  const value = classes.filter(Boolean).join(' ');
  return value ? ` class="${value}"` : '';
}

/** The data of a chart, folded: what the picture shows, for readers who want the numbers or cannot see it. */
export function dataFold(tables: readonly ChartTable[]): string {
  if (tables.length === 0) return '';
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  return (
    `<details class="fold figure-data"><summary>Data, ${counted(rows, 'row')}</summary>` +
    `${tables.map(chartTableHtml).join('')}</details>`
  );
}

const CHART_TABLE: TableMarkup = {
  inline: escapeHtml,
  cellAttributes: ({ align }) => cellClass(align, ''),
};

function chartTableHtml({ columns, rows }: ChartTable): string {
  const isNumeric = (column: string) => rows.every((row) => typeof (row[column] ?? 0) === 'number');
  const shown = rows.slice(0, SHOWN_ROWS);
  const html = tableHtml(
    {
      columns: columns.map((name) => ({ name, align: isNumeric(name) ? 'right' : 'left' })),
      rows: shown.map((row) => columns.map((column) => cellText(row[column]))),
    },
    CHART_TABLE,
  );
  const more =
    rows.length > shown.length
      ? `<p class="note">The first ${shown.length} of ${counted(rows.length, 'row')}.</p>`
      : '';
  return `<div class="table-wrap">${html}</div>${more}`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
