import MarkdownIt from 'markdown-it';
import type { TableColumn, TableInfo } from './mime.js';

/** How a table's parts become HTML; attributes begin with a space. */
export interface TableMarkup {
  /** A cell's or heading's inline Markdown as safe HTML. */
  readonly inline: (markdown: string) => string;
  /** Of a cell with this text, or of the column's heading, for which the text is empty. */
  readonly cellAttributes: (column: TableColumn, text: string) => string;
  /** Of a heading over a group of columns. */
  readonly groupAttributes?: string;
  readonly tableAttributes?: string;
  readonly rowAttributes?: (row: readonly string[]) => string;
}

/** A table as HTML, with a second row of headings where columns form groups. A first column of words heads its rows. */
export function tableHtml(info: TableInfo, markup: TableMarkup): string {
  const { tableAttributes = '', rowAttributes = () => '', inline, cellAttributes } = markup;
  const body = info.rows.map((row) => {
    const cells = info.columns.map((column, i) => {
      const heads = i === 0 && column.align === 'left';
      const open = heads ? 'th scope="row"' : 'td';
      const text = row[i] ?? '';
      return `<${open}${cellAttributes(column, text)}>${inline(text)}</${heads ? 'th' : 'td'}>`;
    });
    return `<tr${rowAttributes(row)}>${cells.join('')}</tr>`;
  });
  return `<table${tableAttributes}>${headHtml(info.columns, markup)}<tbody>${body.join('')}</tbody></table>`;
}

function headHtml(
  columns: readonly TableColumn[],
  { inline, cellAttributes, groupAttributes = '' }: TableMarkup,
): string {
  const heading = (column: TableColumn, span = '') =>
    `<th scope="col"${span}${cellAttributes(column, '')}>${inline(column.name)}</th>`;
  const runs = runsOf(columns);
  if (runs.every(({ group }) => group === undefined))
    return `<thead><tr>${columns.map((column) => heading(column)).join('')}</tr></thead>`;
  const spans = runs.map(
    ({ columns: { length } }) => `<colgroup${length > 1 ? ` span="${length}"` : ''}></colgroup>`,
  );
  const upper = runs.map(({ group, columns: [first, ...others] }) =>
    group === undefined
      ? heading(first!, ' rowspan="2"')
      : `<th scope="colgroup" colspan="${others.length + 1}"${groupAttributes}><span>${inline(group)}</span></th>`,
  );
  const lower = columns.filter(({ group }) => group !== undefined).map((column) => heading(column));
  return `${spans.join('')}<thead><tr>${upper.join('')}</tr><tr>${lower.join('')}</tr></thead>`;
}

/** Neighbors of one group together, every other column by itself. */
function runsOf(columns: readonly TableColumn[]): { group: string | undefined; columns: TableColumn[] }[] {
  const runs: { group: string | undefined; columns: TableColumn[] }[] = [];
  for (const column of columns) {
    const last = runs.at(-1);
    if (last && column.group !== undefined && last.group === column.group) last.columns.push(column);
    else runs.push({ group: column.group, columns: [column] });
  }
  return runs;
}

const markdown = new MarkdownIt({ html: false });
// Math stays as it is: the front end sets it, and an underscore in it is not emphasis.
markdown.inline.ruler.before('escape', 'math', (state, silent) => {
  const [math] = /^\$[^$\n]+\$/.exec(state.src.slice(state.pos)) ?? [];
  if (math === undefined) return false;
  if (!silent) state.push('text', '', 0).content = math;
  state.pos += math.length;
  return true;
});

/** A number stays in one piece ("45.4 %"), and a sentence is no column of single words. */
const widthOf = (align: TableColumn['align'], text: string): string =>
  align === 'right' ? '; white-space: nowrap' : text.length > 100 ? '; min-width: 22em' : '';

/** A table with its caption, for a front end that knows HTML but not {@link TableInfo}. */
export function standaloneTable(info: TableInfo): string {
  const html = tableHtml(info, {
    // Line breaks are the one tag that a cell of a table needs.
    inline: (text) => markdown.renderInline(text).replace(/&lt;br\s*\/?&gt;/g, '<br>'),
    cellAttributes: ({ align }, text) => ` style="text-align: ${align}${widthOf(align, text)}"`,
    groupAttributes: ' style="text-align: center"',
  });
  return info.caption === undefined ? html : `${markdown.render(`**Table.** ${info.caption}`)}${html}`;
}
