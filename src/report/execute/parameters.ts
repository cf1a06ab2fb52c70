import { WhyconvError } from '../../base/errors.js';
import { type CodeCell, codeCell, type Notebook, tagged } from '../nbformat.js';

export type ParameterValue = string | number | boolean | null;
export type Parameters = Readonly<Record<string, ParameterValue>>;

export const PARAMETERS_TAG = 'parameters';
export const INJECTED_TAG = 'injected-parameters';

/** One declaration of a parameters cell: `keyword name annotation = default cast`; the types may be empty. */
interface Declaration {
  readonly name: string;
  readonly keyword: string;
  readonly annotation: string;
  readonly cast: string;
}

/**
 * The names a notebook's parameters cells declare, each on a line of its own: `const name = default`, with `let` or
 * `var` as well, a type annotation or an `as` cast. Empty without such a cell.
 */
export function declaredParameters(notebook: Notebook): string[] {
  return parameterCells(notebook).flatMap((cell) => declarations(cell.source).map(({ name }) => name));
}

/**
 * A copy with a cell after the parameters cell that gives the parameters their values. A cell that was injected
 * earlier is replaced; without parameters nothing is injected.
 * @throws WhyconvError for a parameter that the notebook does not declare
 */
export function injectParameters(notebook: Notebook, parameters: Parameters, path: string): Notebook {
  const cells = notebook.cells.filter((cell) => !tagged(cell, INJECTED_TAG));
  const declared = parameterCells(notebook).flatMap((cell) => declarations(cell.source));
  const names = Object.keys(parameters);
  for (const name of names) {
    if (!declared.some((declaration) => declaration.name === name))
      throw unknownParameter(name, declared, path);
  }
  if (names.length === 0) return { ...notebook, cells };
  const lines = names.map((name) => {
    return assignment(declared.findLast((item) => item.name === name)!, parameters[name]!);
  });
  const injected = codeCell(['// Values of this run.', ...lines].join('\n'), { tags: [INJECTED_TAG] });
  const after = cells.findLastIndex((cell) => tagged(cell, PARAMETERS_TAG));
  return { ...notebook, cells: cells.toSpliced(after + 1, 0, { ...injected, id: 'injected-parameters' }) };
}

function parameterCells(notebook: Notebook): CodeCell[] {
  return notebook.cells.filter(
    (cell): cell is CodeCell => cell.cell_type === 'code' && tagged(cell, PARAMETERS_TAG),
  );
}

const DECLARATION = /^\s*(const|let|var)\s+([A-Za-z_$][\w$]*)\s*(:[^=\n]+?)?\s*=(?![=>])(.*)$/gm;
const CAST = /\s(as\s+(?!const\b).+?)\s*;?\s*(?:\/\/.*)?$/;

function declarations(source: string): Declaration[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '');
  return [...code.matchAll(DECLARATION)].map(([, keyword, name, annotation, value]) => ({
    name: name!,
    keyword: keyword!,
    annotation: annotation?.trim() ?? '',
    cast: CAST.exec(value!)?.[1] ?? '',
  }));
}

/** The declared type is kept, so that the cells below mean the same with a given value as with the default. */
function assignment({ name, keyword, annotation, cast }: Declaration, value: ParameterValue): string {
  const literal = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return `${keyword} ${name}${annotation} = ${literal}${cast === '' ? '' : ` ${cast}`};`;
}

function unknownParameter(name: string, declared: readonly Declaration[], path: string): WhyconvError {
  const known = declared.map((item) => item.name);
  return new WhyconvError({
    what: 'this notebook has no such parameter',
    where: path,
    found: name,
    expected: known.length > 0 ? `one of ${known.join(', ')}` : `a cell tagged "${PARAMETERS_TAG}"`,
    remedy: 'declare it in the parameters cell, or leave it out',
  });
}
