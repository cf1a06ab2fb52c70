import { display } from './display.js';
import { MIME } from './mime.js';

export type TableRow = Readonly<Record<string, string | number>>;
export type Alignment = 'left' | 'right' | 'center';

export interface TableOptions {
  /** Markdown, shown above the table. */
  readonly caption?: string;
  /** By column; default: right for columns of numbers, else left. */
  readonly align?: Readonly<Record<string, Alignment>>;
}

/** Shows rows as a table; columns are all keys in order of first appearance. Texts are inline Markdown. */
export function table(rows: readonly TableRow[], options: TableOptions = {}): void {
  display({ [MIME.markdown]: markdownTable(rows, options), [MIME.plain]: plainTable(rows, options) });
}

/** A Markdown (GFM) table; pipes and line breaks in cells are escaped. */
export function markdownTable(rows: readonly TableRow[], options: TableOptions = {}): string {
  const { columns, cells } = layout(rows, options);
  if (columns.length === 0) return captioned('*No rows.*', '**Table.**', options.caption);
  const rules = { left: ':---', right: '---:', center: ':---:' };
  const line = (texts: readonly string[]) => `| ${texts.map(escapeCell).join(' | ')} |`;
  const lines = [
    line(columns.map(({ name }) => name)),
    `| ${columns.map(({ align }) => rules[align]).join(' | ')} |`,
    ...cells.map(line),
  ];
  return captioned(lines.join('\n'), '**Table.**', options.caption);
}

/** The same as text in columns of equal width. */
export function plainTable(rows: readonly TableRow[], options: TableOptions = {}): string {
  const { columns, cells } = layout(rows, options);
  if (columns.length === 0) return captioned('No rows.', 'Table.', options.caption);
  const names = columns.map(({ name }) => name);
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => pad(text, widths[i]!, columns[i]!.align))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return captioned([line(names), rule, ...cells.map(line)].join('\n'), 'Table.', options.caption);
}

interface Column {
  readonly name: string;
  readonly align: Alignment;
}

function layout(
  rows: readonly TableRow[],
  { align = {} }: TableOptions,
): { columns: Column[]; cells: string[][] } {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): Column => {
    const values = rows.map((row) => row[name]).filter((value) => value !== undefined && value !== '');
    return { name, align: align[name] ?? (values.every(isNumeric) ? 'right' : 'left') };
  });
  return { columns, cells: rows.map((row) => names.map((name) => String(row[name] ?? ''))) };
}

/** A number, a formatted one ("1,707,274", "79.3 %", "4.1 s", "+0.02 ± 0.01"), or a dash that stands for none. */
function isNumeric(value: string | number | undefined): boolean {
  if (typeof value !== 'string') return true;
  return /^[-–—]$|^[-+−±~≈]?\d[\d,.]*(e[-+]?\d+)?( ?[±×x/] ?\d[\d,.]*)*( ?(%|[a-zA-Zµ]{1,3}(\/s)?))?$/.test(
    value.trim(),
  );
}

function escapeCell(text: string): string {
  return text.replace(/\\?\|/g, '\\|').replace(/\r?\n/g, '<br>');
}

function pad(text: string, width: number, align: Alignment): string {
  if (align === 'right') return text.padStart(width);
  if (align === 'left') return text.padEnd(width);
  return text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
}

function captioned(body: string, word: string, caption: string | undefined): string {
  return caption === undefined ? body : `${word} ${caption}\n\n${body}`;
}
