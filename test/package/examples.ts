import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../src/base/files.js';

/** An example of a doc comment. */
export interface Example {
  /** Where it stands, and what it is an example of: "models/architectures: cnn". */
  readonly name: string;
  readonly code: string;
}

/** The examples in all doc comments of the sources, in the order of their files. */
export function examples(): Example[] {
  const src = join(projectRoot, 'src');
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return paths.sort().flatMap((path) => examplesIn(readFileSync(join(src, path), 'utf8'), path));
}

const COMMENT = /^[ \t]*\/\*\*((?:(?!\*\/)[\s\S])*?@example(?:(?!\*\/)[\s\S])*?)\*\/\n+(.*)$/gm;
const DECLARED = /^(?:(?:export|declare|async|function|const|class|interface|type) )*([\w$]+)/;

/** @param path of the file below src, for names */
export function examplesIn(source: string, path: string): Example[] {
  return [...source.matchAll(COMMENT)].map(([, comment, declaration]) => {
    const name = `${path.replace(/\.ts$/, '')}: ${DECLARED.exec(declaration!.trim())?.[1]}`;
    const [, code] = /@example\n```ts\n([\s\S]*?)^```$/m.exec(comment!.replace(/^[ \t]*\* ?/gm, '')) ?? [];
    if (code === undefined) throw new Error(`src/${name}: no \`\`\`ts block follows @example`);
    return { name, code };
  });
}

/** An example that does something lasting, or takes long, says so in its first line: it is compiled only. */
export const isRun = ({ code }: Example): boolean => !/^\/\/ not run: ./.test(code);

/**
 * An example as a module that exports `run(check)`: its statements, each with the check of what the comment at its end says.
 *
 * - `// => VALUE`: what the expression or the constant is; numbers that are not whole to three digits
 * - `// throws TYPE: TEXT`: the class of the error, and a part of its message
 * - `// prints LINE`: a line of what it prints
 *
 * @throws Error where no statement of an example that is run says anything
 */
export function moduleOf(example: Example): string {
  const file = ts.createSourceFile('example.ts', example.code, ts.ScriptTarget.ES2022, true);
  const imports = file.statements.filter((statement) => ts.isImportDeclaration(statement));
  const rest = file.statements.filter((statement) => !ts.isImportDeclaration(statement));
  const checked = rest.map((statement) => withCheck(statement, file));
  if (isRun(example) && checked.every((text, i) => text === rest[i]!.getText(file)))
    throw new Error(`src/${example.name}: the example says no result: end a statement with // => VALUE`);
  return [
    `// src/${example.name}`,
    "import type { Check } from '../test/package/check-example.js';",
    ...imports.map((statement) => statement.getText(file)),
    'export async function run(check: Check): Promise<void> {',
    ...checked,
    '}\n',
  ].join('\n');
}

function withCheck(statement: ts.Statement, file: ts.SourceFile): string {
  const text = statement.getText(file);
  const [range] = ts.getTrailingCommentRanges(file.text, statement.end) ?? [];
  const says = range ? file.text.slice(range.pos, range.end) : '';
  const [, value] = /^\/\/ => (.+)$/.exec(says) ?? [];
  if (value !== undefined) return withValue(statement, file, value);
  const call = `async () => {\n${text}\n}`;
  const [, type, message] = /^\/\/ throws (\w+): (.+)$/.exec(says) ?? [];
  if (message !== undefined) return `await check.throws(${call}, '${type}', ${JSON.stringify(message)});`;
  const [, line] = /^\/\/ prints (.+)$/.exec(says) ?? [];
  return line === undefined ? text : `await check.prints(${call}, ${JSON.stringify(line)});`;
}

function withValue(statement: ts.Statement, file: ts.SourceFile, value: string): string {
  if (ts.isExpressionStatement(statement))
    return `check.same(${statement.expression.getText(file)}, ${value});`;
  if (!ts.isVariableStatement(statement))
    throw new Error(`neither an expression nor a constant: ${statement.getText(file)}`);
  const { name } = statement.declarationList.declarations[0]!;
  return `${statement.getText(file)}\ncheck.same(${name.getText(file)}, ${value});`;
}
