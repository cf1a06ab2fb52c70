import type { ChartTable } from './chart-spec.js';
import { counted, escapeHtml } from './html.js';

/** Rows shown of a chart's data; the download has all. */
const SHOWN_ROWS = 60;

/** The data of a chart, folded: what the picture shows, for readers who want the numbers or cannot see it. */
export function dataFold(tables: readonly ChartTable[], name: string): string {
  if (tables.length === 0) return '';
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  return (
    `<details class="fold figure-data"><summary>Data, ${counted(rows, 'row')}</summary>` +
    `${tables.map(tableHtml).join('')}` +
    `<button type="button" class="needs-js" data-action="download" data-name="${escapeHtml(name)}">Download as JSON</button></details>`
  );
}

function tableHtml({ columns, rows }: ChartTable): string {
  const numeric = new Set(
    columns.filter((column) => rows.every((row) => typeof (row[column] ?? 0) === 'number')),
  );
  const align = (column: string) => (numeric.has(column) ? ' class="align-right"' : '');
  const head = columns.map((column) => `<th scope="col"${align(column)}>${escapeHtml(column)}</th>`).join('');
  const body = rows.slice(0, SHOWN_ROWS).map((row) => {
    return `<tr>${columns.map((column) => `<td${align(column)}>${cellText(row[column])}</td>`).join('')}</tr>`;
  });
  const more =
    rows.length > SHOWN_ROWS
      ? `<p class="note">The first ${SHOWN_ROWS} of ${counted(rows.length, 'row')}.</p>`
      : '';
  return `<div class="table-wrap"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>${more}`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return escapeHtml(String(Number(value.toPrecision(6))));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return escapeHtml(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
