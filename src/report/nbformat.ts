import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { messageOf, WhyconvError } from '../base/errors.js';
import { MIME } from '../notebook/mime.js';
import {
  type Cell,
  type CellMetadata,
  type CodeCell,
  type MarkdownCell,
  NBFORMAT,
  type Notebook,
  notebookSchema,
  type Output,
} from './nbformat-schema.js';

export type {
  Cell,
  CellMetadata,
  CodeCell,
  DisplayOutput,
  ErrorOutput,
  MarkdownCell,
  MimeData,
  Notebook,
  Output,
  RawCell,
  ResultOutput,
  StreamOutput,
} from './nbformat-schema.js';
export { NBFORMAT } from './nbformat-schema.js';
export { serializeNotebook } from './nbformat-write.js';

/**
 * Reads the text of an .ipynb file. Cells without an id, as older minor versions have them, get `cell-1`, `cell-2`, ...; an id
 * that nbformat does not permit, or that an earlier cell has, is replaced, as Jupyter does.
 * @param onFixed called with each replacement of an id, as a sentence
 * @throws WhyconvError naming `path`, the number of the offending cell and what is wrong with it.
 */
export function parseNotebook(text: string, path: string, onFixed?: (what: string) => void): Notebook {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(path, messageOf(error), 'a notebook, which is JSON');
  }
  const parsed = notebookSchema.safeParse(json);
  if (!parsed.success) throw refused(path, describe(parsed.error), 'a notebook of nbformat 4');
  const cells = withIds(parsed.data.cells, (number, id) =>
    onFixed?.(`${path}: cell ${number} has got an id of its own, since "${id}" is not permitted or taken`),
  );
  return { ...parsed.data, nbformat_minor: NBFORMAT.minor, cells };
}

const ID = /^[a-zA-Z0-9_-]{1,64}$/;

function withIds(
  cells: z.infer<typeof notebookSchema>['cells'],
  onReplaced: (number: number, id: string) => void,
): Cell[] {
  const used = new Set<string>();
  const taken = new Set(cells.map(({ id }) => id));
  return cells.map((cell, i) => {
    const isGood = cell.id !== undefined && ID.test(cell.id) && !used.has(cell.id);
    let id = isGood ? cell.id! : `cell-${i + 1}`;
    for (let n = 2; !isGood && (used.has(id) || taken.has(id)); n++) id = `cell-${i + 1}-${n}`;
    if (!isGood && cell.id !== undefined) onReplaced(i + 1, cell.id);
    used.add(id);
    return { ...cell, id } as Cell;
  });
}

/** A copy without outputs, execution counts and execution times: how notebooks are committed. */
export function stripOutputs(notebook: Notebook): Notebook {
  return withCodeCells(notebook, (cell) => {
    const { execution: _dropped, ...metadata } = cell.metadata as Record<string, unknown>;
    return { ...cell, metadata, execution_count: null, outputs: [] };
  });
}

/**
 * A copy in which figures that a reader moves are their stills. What they move with is megabytes of weights in a form that the
 * report's page alone shows; JupyterLab makes its own when the cell is run there.
 */
export function stripMovingFigures(notebook: Notebook): Notebook {
  const still = (output: Output): Output => {
    if (output.output_type === 'stream' || output.output_type === 'error') return output;
    if (output.data[MIME.svg] === undefined) return output;
    const { [MIME.play]: _dropped, ...data } = output.data;
    return { ...output, data };
  };
  return withCodeCells(notebook, (cell) => ({ ...cell, outputs: cell.outputs.map(still) }));
}

const withCodeCells = (notebook: Notebook, change: (cell: CodeCell) => CodeCell): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) => (cell.cell_type === 'code' ? change(cell) : cell)),
});

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
