import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/base/files.js';
import { type Cell, type CodeCell, type Notebook, parseNotebook, tagged } from '../../src/report/nbformat.js';

export const NOTEBOOKS = join(projectRoot, 'notebooks');

export const textOf = (chapter: string): string => readFileSync(join(NOTEBOOKS, chapter), 'utf8');

export const readChapter = (chapter: string): Notebook => parseNotebook(textOf(chapter), chapter);

export const codeOf = ({ cells }: Notebook): CodeCell[] =>
  cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');

export const isExercise = (cell: Cell): boolean => tagged(cell, 'exercise');
export const isSolution = (cell: Cell): boolean => tagged(cell, 'solution');

/** The predictions that a chapter begins with, as its views settle them: "P1. Every check passes." */
export function predictionsOf(chapter: string): string[] {
  const [first] = readChapter(chapter).cells;
  return [...(first?.source ?? '').matchAll(/^- \*\*(P\d+\.)\*\* ([\s\S]*?)(?=\n- |\n\n|$(?![\s\S]))/gm)].map(
    ([, number, text]) => `${number} ${text!.replace(/\s+/g, ' ').trim()}`,
  );
}
