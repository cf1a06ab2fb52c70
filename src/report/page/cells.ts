import { formatDuration } from '../../base/progress.js';
import { type Cell, type CodeCell, tagged } from '../nbformat.js';
import { notebookAnchor, titleFromFile } from './anchors.js';
import type { OutputContext } from './bundle.js';
import { highlightCode } from './highlight.js';
import { escapeHtml } from './html.js';
import type { ReportNotebook } from './input.js';
import type { MarkdownScope, MarkdownTokens } from './markdown.js';
import { renderOutputs } from './outputs.js';
import type { HeadingPlacer } from './toc.js';
import { isShown, shownOutputs } from './visible.js';

/** Seconds from which a cell's duration is shown. */
const NOTABLE_SECONDS = 1;

/** A notebook whose headings are placed, so that other notebooks' links to them can be resolved. */
export interface PlacedNotebook {
  readonly input: ReportNotebook;
  readonly tokens: ReadonlyMap<Cell, MarkdownTokens>;
  /** Heading before the cells, for a notebook without a title of its own. */
  readonly addedTitle?: string;
}

/** First pass: parses the text cells of a notebook and gives its headings levels and anchors. */
export function placeNotebook(
  input: ReportNotebook,
  placer: HeadingPlacer,
  parse: (source: string) => MarkdownTokens,
): PlacedNotebook {
  const tokens = new Map<Cell, MarkdownTokens>();
  for (const cell of input.notebook.cells) {
    if (cell.cell_type === 'markdown' && isShown(cell)) tokens.set(cell, parse(cell.source));
  }
  const first = [...tokens.values()].flat().find((token) => token.type === 'heading_open');
  const addedTitle = first?.tag === 'h1' ? undefined : placer.add(titleFromFile(input.file), 1).text;
  for (const list of tokens.values()) placer.place(list);
  return { input, tokens, ...(addedTitle === undefined ? {} : { addedTitle }) };
}

/** Second pass: a notebook as a chapter of the page. */
export async function renderNotebook(
  { input, tokens, addedTitle }: PlacedNotebook,
  context: OutputContext,
  scope: MarkdownScope,
): Promise<string> {
  const chapter = notebookAnchor(input.file);
  const parts: string[] = [];
  if (addedTitle !== undefined) parts.push(`<h2 id="${chapter}">${escapeHtml(addedTitle)}</h2>`);
  for (const [index, cell] of input.notebook.cells.entries()) {
    if (!isShown(cell)) continue;
    if (cell.cell_type === 'markdown') {
      const html = context.markdown.render(tokens.get(cell) ?? [], {
        ...scope,
        attachments: cell.attachments,
      });
      parts.push(`<div class="prose">${html}</div>`);
    } else if (cell.cell_type === 'code') {
      parts.push(await renderCodeCell(cell, cellAnchor(input.file, index + 1), context, scope));
    }
  }
  return `<section class="chapter">${chapterNote(input)}${parts.filter(Boolean).join('\n')}</section>`;
}

/** The anchor of a cell by its position, from 1: "nb-03-parameters-cell-7". */
export function cellAnchor(file: string, position: number): string {
  return `${notebookAnchor(file)}-cell-${position}`;
}

/** Seconds a cell ran, from the times recorded in the notebook. */
export function cellSeconds(cell: CodeCell): number | undefined {
  const times = (cell.metadata as { execution?: Record<string, unknown> }).execution ?? {};
  const start = Date.parse(String(times['iopub.execute_input'] ?? times['iopub.status.busy']));
  const end = Date.parse(String(times['shell.execute_reply'] ?? times['iopub.status.idle']));
  const seconds = (end - start) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

async function renderCodeCell(
  cell: CodeCell,
  id: string,
  context: OutputContext,
  scope: MarkdownScope,
): Promise<string> {
  const outputs = await renderOutputs(shownOutputs(cell), context, scope);
  const code = tagged(cell, 'remove-input') || cell.source.trim() === '' ? '' : codeFold(cell);
  return code === '' && outputs === '' ? '' : `<div class="cell" id="${id}">${code}${outputs}</div>`;
}

/** The code, folded under its first line; a comment there is the title. */
function codeFold(cell: CodeCell): string {
  const lines = cell.source.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '') ?? '';
  const comment = /^\/\/+\s*(.+)$/.exec(first)?.[1] ?? /^\/\*+\s*(.+?)\s*(?:\*\/)?$/.exec(first)?.[1];
  // a line that only opens something says little: the following lines help, and the page truncates the title
  const statement = /[([{,=>]$/.test(first) ? lines.join(' ').trim().slice(0, 120) : first;
  const title = comment ? escapeHtml(comment) : `<code>${escapeHtml(statement)}</code>`;
  const seconds = cellSeconds(cell);
  const time =
    seconds !== undefined && seconds >= NOTABLE_SECONDS
      ? `<span class="time">${formatDuration(seconds)}</span>`
      : '';
  return (
    `<details class="code"><summary><span class="code-title">${title}</span>${time}</summary>` +
    `<pre class="hljs"><code>${highlightCode(cell.source.replace(/\s+$/, ''))}</code></pre></details>`
  );
}

function chapterNote({ file, seconds, state }: ReportNotebook): string {
  const time = seconds === undefined ? 'not run' : `ran ${formatDuration(seconds)}`;
  const failed = state === 'failed' ? ', failed' : '';
  return `<p class="chapter-note">${escapeHtml(file)}<span>${time}${failed}</span></p>`;
}
