import { tableHtml } from '../../notebook/table-html.js';
import type { Exhibit } from './catalog.js';
import type { ChartTable } from './chart-spec.js';
import { escapeHtml } from './html.js';
import type { Markdown, MarkdownScope } from './markdown.js';
import { cellClass, dataFold } from './tables.js';

/** Columns from which a table is set closer, to fit the page. */
const MANY_COLUMNS = 7;

/** An output as markup. */
export interface Body {
  readonly html: string;
  /** What a chart shows. */
  readonly tables?: readonly ChartTable[];
  /** What it can be saved as, by file name extension. */
  readonly formats?: readonly string[];
}

type Figure = Extract<Exhibit, { kind: 'Figure' }>;
type Table = Extract<Exhibit, { kind: 'Table' }>;

/** A figure with its number, which is its permalink, its caption, its data and its downloads. */
export function figureHtml(figure: Figure, body: Body, markdown: Markdown, scope: MarkdownScope): string {
  const { id, info } = figure;
  return (
    `<div class="exhibit" id="${id}"><figure>${body.html}` +
    `<figcaption>${captionHtml(figure, info.caption, markdown, scope)}</figcaption></figure>` +
    `${toolsHtml(body, id, nameOf(figure))}</div>`
  );
}

/** A table with its number and caption; rows that define a term can be linked to. */
export function tableExhibit(table: Table, markdown: Markdown, scope: MarkdownScope): string {
  const { id, info } = table;
  const defines = new Set(info.defines ?? []);
  const rowAttributes = ([term = '']: readonly string[]) => {
    const target = defines.size > 0 ? scope.catalog.named(term) : undefined;
    return target ? ` id="${target.id}"` : '';
  };
  const html = tableHtml(info, {
    tableAttributes: `${info.columns.length > MANY_COLUMNS ? ' class="dense"' : ''} aria-labelledby="${id}-caption"`,
    rowAttributes,
    // A term does not link to its own row.
    inline: (text) =>
      defines.size > 0 && scope.catalog.named(text) ? escapeHtml(text) : markdown.inline(text, scope),
    cellAttributes: ({ align, name }, text) =>
      cellClass(align, text) + (defines.has(name) && text ? ` data-defines="${escapeHtml(name)}"` : ''),
  });
  return (
    `<figure class="exhibit table-exhibit" id="${id}">` +
    `<figcaption id="${id}-caption">${captionHtml(table, info.caption ?? '', markdown, scope)}</figcaption>` +
    `<div class="table-wrap">${html}</div></figure>`
  );
}

/** An output without a number. */
export function outputHtml(body: Body): string {
  return `<div class="output">${body.html}${toolsHtml(body, 'chart', 'this chart')}</div>`;
}

const nameOf = ({ kind, number }: Exhibit) => `${kind} ${number}`;

/** The caption's first paragraph begins with the exhibit's name. */
function captionHtml(exhibit: Exhibit, caption: string, markdown: Markdown, scope: MarkdownScope): string {
  const name = `<a class="permalink" href="#${exhibit.id}">${nameOf(exhibit)}.</a>`;
  const text = markdown.toHtml(caption, scope);
  return text.startsWith('<p>') ? `<p>${name} ${text.slice('<p>'.length)}` : `<p>${name}</p>${text}`;
}

function toolsHtml({ tables = [], formats = [] }: Body, file: string, name: string): string {
  const items = formats.map(
    (format) =>
      `<li><button type="button" data-save="${format}" data-name="${file}">${format.toUpperCase()}</button></li>`,
  );
  const menu =
    items.length === 0
      ? ''
      : `<details class="menu needs-js"><summary>Save<span class="visually-hidden"> ${name}</span> as</summary>` +
        `<ul>${items.join('')}</ul></details>`;
  const tools = dataFold(tables) + menu;
  return tools && `<div class="exhibit-tools">${tools}</div>`;
}
