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
 * The names a notebook's parameters cells declare: `const name = default`, with `let` or `var` as well, a type annotation or
 * an `as` cast, several in one statement too. Empty without such a cell.
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

const STATEMENT = /(?:^|;)[^\S\n]*(const|let|var)\s+/gm;
const DECLARATOR = /^\s*([A-Za-z_$][\w$]*)\s*(:[^=]+?)?\s*=(?![=>])([\s\S]*)$/;
const CAST = /\s(as\s+(?!const\b).+?)\s*$/;

function declarations(source: string): Declaration[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '');
  const found: Declaration[] = [];
  const statement = new RegExp(STATEMENT);
  for (let match = statement.exec(code); match; match = statement.exec(code)) {
    const { texts, length } = declaratorsIn(code.slice(statement.lastIndex));
    statement.lastIndex += length;
    for (const text of texts) {
      const [, name, annotation, value] = DECLARATOR.exec(text) ?? [];
      if (name === undefined) continue;
      const cast = CAST.exec(value!)?.[1] ?? '';
      found.push({ name, keyword: match[1]!, annotation: annotation?.trim() ?? '', cast });
    }
  }
  return found;
}

const TOKEN = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\/\/.*|=>|[\s\S]/g;

/**
 * What a statement declares, "a = 1" and "b: T = 2" of "a = 1, b: T = 2;", up to its semicolon or the end of its last line, and
 * how many characters that takes.
 */
function declaratorsIn(code: string): { texts: string[]; length: number } {
  const texts = [''];
  let [depth, length] = [0, 0];
  for (const [token] of code.matchAll(TOKEN)) {
    const text = texts.at(-1)!;
    if (depth === 0 && (token === ';' || (token === '\n' && !/^\s*$|=\s*$/.test(text)))) break;
    length += token.length;
    if (token.startsWith('//')) continue;
    if (depth === 0 && token === ',') texts.push('');
    else texts[texts.length - 1] = text + token;
    // Angle brackets enclose types only where no value has begun.
    if ('([{'.includes(token) || (token === '<' && !text.includes('='))) depth++;
    if (')]}'.includes(token) || (token === '>' && !text.includes('='))) depth--;
  }
  return { texts, length };
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
