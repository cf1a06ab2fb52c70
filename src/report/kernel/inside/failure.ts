import { inspect } from 'node:util';
import { InterruptedError } from '../../../base/errors.js';

/** An error as Jupyter's `error` message has it. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  /** Lines for the reader; the first repeats name and message. */
  readonly traceback: string[];
}

/** One complaint of the compiler about a cell; line and column count from 1. */
export interface Diagnostic {
  /** A file next to the notebook that the cell imports; empty for the cell itself. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Frames of the machinery below a cell, which say nothing to its author. */
const MACHINERY =
  /^\s+at .*(node:vm|node:internal|[\\/]tslab[\\/]dist[\\/]|[\\/]report[\\/]kernel[\\/]inside[\\/])/;
/** The compiled cell inside `vm`: its line numbers are not the source's, so the name alone is kept. */
const CELL_FRAME = /evalmachine\.<anonymous>(:\d+:\d+)?/g;

/** Describes whatever was thrown or rejected with. */
export function describeThrown(thrown: unknown): Failure {
  if (isInterruption(thrown)) {
    const evalue = thrown instanceof InterruptedError ? thrown.message : 'the cell was interrupted';
    return { ename: 'Interrupted', evalue, traceback: `Interrupted: ${evalue}`.split('\n') };
  }
  if (!isErrorLike(thrown)) {
    const evalue = inspect(thrown, { depth: 2 });
    return {
      ename: `Thrown ${typeName(thrown)}`,
      evalue,
      traceback: [`Thrown ${typeName(thrown)}: ${evalue}`],
    };
  }
  return { ename: nameOf(thrown), evalue: String(thrown.message), traceback: traceback(thrown, 0) };
}

/** Describes a cell that did not compile, with the line of the source and a mark under the column. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[], source: string): Failure {
  const sourceLines = source.split('\n');
  const messages = diagnostics.map(
    ({ file, line, column, message }) => `${file}${line}:${column} - ${message}${hintFor(message)}`,
  );
  const lines = diagnostics.flatMap((item, i) => {
    const line = item.file === '' ? sourceLines[item.line - 1] : undefined;
    if (line === undefined) return [messages[i]!];
    return [messages[i]!, `    ${line}`, `    ${' '.repeat(item.column - 1)}^`];
  });
  const ename = 'TypeScriptError';
  return { ename, evalue: messages.join('\n'), traceback: [`${ename}: the cell does not compile`, ...lines] };
}

/** What the compiler says without saying the way round. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/can only end with a '\.tsx?' extension/, "write the path without its extension: './file'"],
  [
    /is not under 'rootDir'/,
    "a cell imports .ts files of the notebook's own folder only; from elsewhere it imports compiled .js files with their .d.ts",
  ],
  [
    /^The inferred type of '.*' cannot be named/,
    'for a package, write import * as name from "package" in place of await import("package"); otherwise annotate the type',
  ],
];

const hintFor = (message: string): string => {
  const hint = HINTS.find(([pattern]) => pattern.test(message))?.[1];
  return hint === undefined ? '' : ` (${hint})`;
};

function traceback(error: Error, depth: number): string[] {
  const head = `${nameOf(error)}: ${error.message}`;
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const frames = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !MACHINERY.test(line))
    .map((line) => line.replace(CELL_FRAME, 'cell'))
    .filter((line, i, all) => line !== all[i - 1]);
  const lines = [...head.split('\n'), ...frames];
  if (depth >= 4) return lines;
  const inner = error instanceof AggregateError ? error.errors : [];
  for (const cause of error.cause === undefined ? inner : [error.cause, ...inner]) {
    const described = isErrorLike(cause) ? traceback(cause, depth + 1) : [inspect(cause, { depth: 2 })];
    lines.push(`caused by ${described[0]}`, ...described.slice(1));
  }
  return lines;
}

/** Errors of another realm (`vm`) are no `instanceof Error`. */
function isErrorLike(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

function nameOf(error: Error): string {
  return typeof error.name === 'string' && error.name !== '' ? error.name : 'Error';
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value;
}

/** By this project's own work that was asked to stop, by Node (code that does not await) or by tslab (code that does). */
export function isInterruption(thrown: unknown): boolean {
  if (thrown instanceof InterruptedError) return true;
  if (!isErrorLike(thrown)) return false;
  const { code } = thrown as { code?: unknown };
  return code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' || thrown.message === 'Interrupted asynchronously';
}
