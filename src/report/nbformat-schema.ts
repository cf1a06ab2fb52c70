import { z } from 'zod';

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
/** What is not permitted is replaced when a notebook is read. */
const cellId = z.string().optional();

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
export const notebookSchema = z.looseObject({
  nbformat: z.literal(NBFORMAT.major),
  nbformat_minor: z.number().int().nonnegative(),
  metadata: z.looseObject({}).default({}),
  cells: z.array(z.discriminatedUnion('cell_type', [markdownSchema, codeSchema, rawSchema])),
});

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

export function isJsonMime(type: string): boolean {
  return type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'));
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

function joinLines(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join('');
}
