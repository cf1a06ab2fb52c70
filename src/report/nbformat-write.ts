import { isJsonMime, type MimeData, type Notebook, type Output } from './nbformat-schema.js';

/** The text of an .ipynb file: one-space JSON with sorted keys and texts as arrays of lines, as Jupyter writes it. */
export function serializeNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const plain = { ...cell, source: splitLines(cell.source) };
    if (cell.cell_type !== 'code') return plain;
    return { ...plain, outputs: cell.outputs.map(outputToDisk) };
  });
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
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

/** Lines that keep their "\n"; only "\n" ends a line, as in Python's nbformat. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
