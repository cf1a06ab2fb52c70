import { createHash } from 'node:crypto';
import { z } from 'zod';
import { messageOf, WhyconvError } from '../base/errors.js';

/** The notebook format read and written here: nbformat 4, minor 5 (cells have ids). */
export const NBFORMAT = { major: 4, minor: 5 } as const;

/** Data by MIME type. In memory text is one string; on disk it may be an array of lines. */
export type MimeData = Record<string, unknown>;

const multiline = z.union([z.string(), z.array(z.string())]).transform(joinLines);

const mimeData = z.record(z.string(), z.unknown()).transform((data): MimeData => {
  const joined: MimeData = {};
  for (const [type, value] of Object.entries(data)) {
    joined[type] = isJsonMime(type) || !isLines(value) ? value : joinLines(value);
  }
  return joined;
});

const outputMetadata = z.record(z.string(), z.unknown()).default({});

const streamOutput = z.looseObject({
  output_type: z.literal('stream'),
  name: z.enum(['stdout', 'stderr']),
  text: multiline,
});
const displayOutput = z.looseObject({
  output_type: z.literal('display_data'),
  data: mimeData,
  metadata: outputMetadata,
});
const resultOutput = z.looseObject({
  output_type: z.literal('execute_result'),
  execution_count: z.number().int().nonnegative().nullable(),
  data: mimeData,
  metadata: outputMetadata,
});
const errorOutput = z.looseObject({
  output_type: z.literal('error'),
  ename: z.string(),
  evalue: z.string(),
  traceback: z.array(z.string()),
});
const output = z.discriminatedUnion('output_type', [streamOutput, displayOutput, resultOutput, errorOutput]);

const cellMetadata = z.looseObject({ tags: z.array(z.string()).optional() }).default({});
const cellId = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, "-" or "_"')
  .optional();

const markdownSchema = z.looseObject({
  cell_type: z.literal('markdown'),
  id: cellId,
  metadata: cellMetadata,
  source: multiline,
});
const rawSchema = z.looseObject({
  cell_type: z.literal('raw'),
  id: cellId,
  metadata: cellMetadata,
  source: multiline,
});
const codeSchema = z.looseObject({
  cell_type: z.literal('code'),
  id: cellId,
  metadata: cellMetadata,
  source: multiline,
  execution_count: z.number().int().nonnegative().nullable().default(null),
  outputs: z.array(output).default([]),
});
const notebookSchema = z.looseObject({
  nbformat: z.literal(NBFORMAT.major),
  nbformat_minor: z.number().int().nonnegative(),
  metadata: z.looseObject({}).default({}),
  cells: z.array(z.discriminatedUnion('cell_type', [markdownSchema, codeSchema, rawSchema])),
});

type Identified<T> = Omit<T, 'id'> & { id: string };

export type StreamOutput = z.output<typeof streamOutput>;
export type DisplayOutput = z.output<typeof displayOutput>;
export type ResultOutput = z.output<typeof resultOutput>;
export type ErrorOutput = z.output<typeof errorOutput>;
/** What a code cell showed. */
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;
export type CellMetadata = z.output<typeof cellMetadata>;

/** Markdown in `source`; `attachments` and other keys of the file are kept. */
export interface MarkdownCell {
  cell_type: 'markdown';
  id: string;
  metadata: CellMetadata;
  source: string;
  [key: string]: unknown;
}
export interface RawCell {
  cell_type: 'raw';
  id: string;
  metadata: CellMetadata;
  source: string;
  [key: string]: unknown;
}
export interface CodeCell {
  cell_type: 'code';
  id: string;
  metadata: CellMetadata;
  source: string;
  execution_count: number | null;
  outputs: Output[];
  [key: string]: unknown;
}
export type Cell = MarkdownCell | CodeCell | RawCell;

export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: Record<string, unknown>;
  cells: Cell[];
  [key: string]: unknown;
}

/**
 * Reads the text of an .ipynb file. Cells of older minor versions get ids `cell-1`, `cell-2`, ...
 * @throws WhyconvError naming `path`, the number of the offending cell and what is wrong with it.
 */
export function parseNotebook(text: string, path: string): Notebook {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(path, messageOf(error), 'a notebook, which is JSON');
  }
  const parsed = notebookSchema.safeParse(json);
  if (!parsed.success) throw refused(path, describe(parsed.error), 'a notebook of nbformat 4');
  const cells = parsed.data.cells.map((cell, i): Identified<typeof cell> => {
    return { ...cell, id: cell.id ?? `cell-${i + 1}` };
  }) as Cell[];
  requireUniqueIds(cells, path);
  return { ...parsed.data, nbformat_minor: NBFORMAT.minor, cells };
}

/** The text of an .ipynb file: one-space JSON with sorted keys and texts as arrays of lines, as Jupyter writes it. */
export function serializeNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const plain = { ...cell, source: splitLines(cell.source) };
    if (cell.cell_type !== 'code') return plain;
    return { ...plain, outputs: cell.outputs.map(outputToDisk) };
  });
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

/** A copy without outputs, execution counts and execution times: how notebooks are committed. */
export function stripOutputs(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell): Cell => {
    if (cell.cell_type !== 'code') return cell;
    const { execution: _dropped, ...metadata } = cell.metadata as Record<string, unknown>;
    return { ...cell, metadata, execution_count: null, outputs: [] };
  });
  return { ...notebook, cells };
}

export interface CellOptions {
  /** Default: derived from the source, so that a notebook made twice is the same file. */
  readonly id?: string;
  readonly tags?: readonly string[];
}

export function codeCell(source: string, options: CellOptions = {}): CodeCell {
  return {
    cell_type: 'code',
    id: options.id ?? idFor('code', source),
    metadata: tagsOf(options),
    source,
    execution_count: null,
    outputs: [],
  };
}

export function markdownCell(source: string, options: CellOptions = {}): MarkdownCell {
  return {
    cell_type: 'markdown',
    id: options.id ?? idFor('markdown', source),
    metadata: tagsOf(options),
    source,
  };
}

/** A notebook for the tslab kernel; equal cells get different ids ("x", "x-2", ...). */
export function makeNotebook(cells: readonly Cell[]): Notebook {
  const used = new Map<string, number>();
  const unique = cells.map((cell): Cell => {
    const count = (used.get(cell.id) ?? 0) + 1;
    used.set(cell.id, count);
    return count === 1 ? cell : { ...cell, id: `${cell.id}-${count}` };
  });
  return {
    nbformat: NBFORMAT.major,
    nbformat_minor: NBFORMAT.minor,
    metadata: {
      kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'tslab' },
      language_info: {
        file_extension: '.ts',
        mimetype: 'text/typescript',
        name: 'typescript',
      },
    },
    cells: unique,
  };
}

export function tagged(cell: Cell, tag: string): boolean {
  return cell.metadata.tags?.includes(tag) ?? false;
}

function tagsOf({ tags }: CellOptions): CellMetadata {
  return tags === undefined || tags.length === 0 ? {} : { tags: [...tags] };
}

function idFor(kind: string, source: string): string {
  return createHash('sha256').update(`${kind}\n${source}`).digest('hex').slice(0, 12);
}

function requireUniqueIds(cells: readonly Cell[], path: string): void {
  const seen = new Map<string, number>();
  cells.forEach((cell, i) => {
    const earlier = seen.get(cell.id);
    if (earlier !== undefined) {
      throw refused(
        path,
        `cells ${earlier} and ${i + 1} share the id "${cell.id}"`,
        'an id of its own for each',
      );
    }
    seen.set(cell.id, i + 1);
  });
}

function refused(path: string, found: string, expected: string): WhyconvError {
  return new WhyconvError({
    what: 'this notebook cannot be read',
    where: path,
    found,
    expected,
    remedy: 'open it in JupyterLab and save it again, or restore it from version control',
  });
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const [first, index, ...rest] = issue.path;
  if (first === 'cells' && typeof index === 'number') {
    const inside = rest.length > 0 ? ` ${rest.join('.')}:` : ':';
    return `cell ${index + 1}${inside} ${issue.message}`;
  }
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message;
}

function outputToDisk(item: Output): Record<string, unknown> {
  if (item.output_type === 'stream') return { ...item, text: splitLines(item.text) };
  if (item.output_type === 'error') return item;
  const data: MimeData = {};
  for (const [type, value] of Object.entries(item.data)) data[type] = dataToDisk(type, value);
  return { ...item, data };
}

function dataToDisk(type: string, value: unknown): unknown {
  if (isJsonMime(type)) return new Verbatim(value);
  const isText = type.startsWith('text/') || type === 'image/svg+xml';
  return isText && typeof value === 'string' ? splitLines(value) : value;
}

/** JSON data of an output: its own key order is the author's and stays. */
class Verbatim {
  constructor(readonly value: unknown) {}
  toJSON(): unknown {
    return this.value;
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object' || value instanceof Verbatim) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

function isJsonMime(type: string): boolean {
  return type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'));
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

function joinLines(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join('');
}

/** Lines that keep their "\n"; only "\n" ends a line, as in Python's nbformat. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
