import { display } from './display.js';
import { type Alignment, MIME, type TableColumn, type TableInfo } from './mime.js';
import { standaloneTable } from './table-html.js';

/** What a cell holds: Markdown, or a number that is shown as it is. */
export type TableCell = string | number;

/**
 * Cells by column. A record in the place of a cell is a group of columns under a common heading:
 * `{ model: 'small', test: { measured: '61 %', published: '60.9 %' } }`.
 */
export type TableRow = Readonly<Record<string, TableCell | Readonly<Record<string, TableCell>>>>;

/** How a table is named and laid out. */
export interface TableOptions {
  /** Markdown, shown above the table. */
  readonly caption?: string;
  /** Names the table, so that text can refer to it: `[Table](#label)` becomes "Table 3" in the report. */
  readonly label?: string;
  /** By column or group; default: right for columns of numbers, otherwise left. */
  readonly align?: Readonly<Record<string, Alignment>>;
  /**
   * The first column holds terms, like the number of a claim, and these columns say what they mean: in the report each
   * mention of a term links to its row and shows them.
   */
  readonly defines?: readonly string[];
}

/**
 * Shows rows as a table; columns are all keys in order of first appearance. Texts are inline Markdown.
 *
 * @example
 * ```ts
 * import { table } from 'whyconv';
 *
 * table([{ model: 'small', parameters: 14_450 }], { caption: 'The smallest.' }); // prints Table. The smallest.
 * ```
 */
export function table(rows: readonly TableRow[], options: TableOptions = {}): void {
  const info = tableInfo(rows, options);
  const empty = info.columns.length === 0;
  const grouped = info.columns.some(({ group }) => group !== undefined);
  display({
    ...(!empty && { [MIME.table]: info }),
    // Markdown has no headings over several columns.
    ...(grouped && { [MIME.html]: standaloneTable(info) }),
    [MIME.markdown]: markdownTable(rows, options),
    [MIME.plain]: plainTable(rows, options),
  });
}

/** A Markdown (GFM) table; pipes and line breaks in cells are escaped. */
export function markdownTable(rows: readonly TableRow[], options: TableOptions = {}): string {
  const { columns, rows: cells } = tableInfo(rows, options);
  if (columns.length === 0) return captioned('*No rows.*', '**Table.**', options.caption);
  const rules = { left: ':---', right: '---:', center: ':---:' };
  const line = (texts: readonly string[]) => `| ${texts.map(escapeCell).join(' | ')} |`;
  const lines = [
    line(columns.map(flatName)),
    `| ${columns.map(({ align }) => rules[align]).join(' | ')} |`,
    ...cells.map(line),
  ];
  return captioned(lines.join('\n'), '**Table.**', options.caption);
}

/** The same as text in columns of equal width. */
export function plainTable(rows: readonly TableRow[], options: TableOptions = {}): string {
  const { columns, rows: cells } = tableInfo(rows, options);
  if (columns.length === 0) return captioned('No rows.', 'Table.', options.caption);
  const names = columns.map(flatName);
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => pad(text, widths[i]!, columns[i]!.align))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return captioned([line(names), rule, ...cells.map(line)].join('\n'), 'Table.', options.caption);
}

/** Rows and options as one table. A plain cell under a group's name stands in each of the group's columns. */
export function tableInfo(rows: readonly TableRow[], options: TableOptions = {}): TableInfo {
  const { align = {}, ...rest } = options;
  const valueAt = (row: TableRow, { group, name }: Pick<TableColumn, 'group' | 'name'>) => {
    const value = row[group ?? name];
    return typeof value === 'object' ? value[name] : value;
  };
  const columns = columnsOf(rows).map((column): TableColumn => {
    const values = rows
      .map((row) => valueAt(row, column))
      .filter((value) => value !== undefined && value !== '');
    const asked = align[column.name] ?? (column.group === undefined ? undefined : align[column.group]);
    return { ...column, align: asked ?? (values.every(isNumeric) ? 'right' : 'left') };
  });
  const cells = rows.map((row) => columns.map((column) => String(valueAt(row, column) ?? '')));
  return { ...rest, columns, rows: cells };
}

/** The columns of each key, and of each group those of all rows, in order of first appearance. */
function columnsOf(rows: readonly TableRow[]): Pick<TableColumn, 'group' | 'name'>[] {
  const inner = new Map<string, Set<string>>();
  for (const [key, value] of rows.flatMap((row) => Object.entries(row))) {
    const names = inner.get(key) ?? new Set();
    if (typeof value === 'object') for (const name of Object.keys(value)) names.add(name);
    inner.set(key, names);
  }
  return [...inner].flatMap(([key, names]) =>
    names.size === 0 ? [{ name: key }] : [...names].map((name) => ({ group: key, name })),
  );
}

const flatName = ({ group, name }: TableColumn) => (group === undefined ? name : `${group}: ${name}`);

/** A number, a formatted one ("1,707,274", "79.3 %", "4.1 s", "+0.02 ± 0.01", "46.2 % ± 0.7"), or a dash in place of one. */
function isNumeric(value: TableCell | undefined): boolean {
  if (typeof value !== 'string') return true;
  return /^[-–—]$|^[-+−±~≈]?\d[\d,.]*(e[-+]?\d+)?( ?%(?= ?±))?( ?[±×x/] ?\d[\d,.]*)*( ?(%|[a-zA-Zµ]{1,3}(\/s)?))?$/.test(
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
