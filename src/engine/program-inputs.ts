import { WhyconvError } from '../base/errors.js';
import {
  type CallInputs,
  type FunctionDefinition,
  momentNames,
  type ProgramDefinition,
  sizeOf,
  stateVariables,
} from './program.js';

/** Refuses a definition that contradicts itself, before anything is built from it. */
export function checkDefinition(definition: ProgramDefinition): void {
  const { variables, tables, functions } = definition;
  const optimizer = Object.keys(stateVariables({ ...definition, variables: {} }));
  const moments = optimizer.length > 0 ? Object.keys(variables).flatMap(momentNames) : [];
  const state = [...Object.keys(variables), ...optimizer, ...moments];
  requireDistinct('variables and tables', [...state, ...Object.keys(tables)]);
  for (const [name, { shape, values }] of Object.entries({ ...variables, ...tables })) {
    requireLength(`${name} [${shape.join(', ')}]`, values.length, sizeOf(shape));
  }
  for (const [name, { rows, gather, feeds, adam }] of Object.entries<FunctionDefinition>(functions)) {
    requireName('function', name, /^[\w.-]+$/);
    requireDistinct(`inputs of ${name}`, [...Object.keys(gather), ...Object.keys(feeds)]);
    for (const [input, { table, part }] of Object.entries(gather)) {
      if (!Object.hasOwn(tables, table)) throw unknownName('table', table, name, tables);
      if (part) requirePart(`${input} of ${name}`, part, rows);
    }
    if (adam && !Object.hasOwn(feeds, adam.learningRateFeed))
      throw unknownName('feed', adam.learningRateFeed, name, feeds);
  }
}

/** Refuses a call whose inputs do not have the declared sizes, or whose rows are outside a table. */
export function checkCall(definition: ProgramDefinition, name: string, inputs: CallInputs): void {
  if (!Object.hasOwn(definition.functions, name))
    throw unknownName('function', name, 'program', definition.functions);
  const fn = definition.functions[name]!;
  const feeds = inputs.feeds ?? {};
  for (const feed of Object.keys(feeds)) {
    if (!Object.hasOwn(fn.feeds, feed)) throw unknownName('feed', feed, name, fn.feeds);
  }
  for (const [feed, shape] of Object.entries(fn.feeds)) {
    const where = `feed ${feed} of ${name}, shape [${shape.join(', ')}]`;
    requireLength(where, feeds[feed]?.length ?? 'nothing', sizeOf(shape));
  }
  if (Object.keys(fn.gather).length > 0) checkRows(definition, name, fn, inputs.rows);
}

/** Refuses values for unknown variables, or of the wrong size. */
export function checkState(
  variables: Readonly<Record<string, { readonly shape: readonly number[] }>>,
  values: Readonly<Record<string, Float32Array>>,
): void {
  for (const [name, array] of Object.entries(values)) {
    if (!Object.hasOwn(variables, name)) throw unknownName('variable', name, 'writeState', variables);
    const { shape } = variables[name]!;
    requireLength(`variable ${name}, shape [${shape.join(', ')}]`, array.length, sizeOf(shape));
  }
}

function checkRows(
  definition: ProgramDefinition,
  name: string,
  fn: FunctionDefinition,
  rows: Int32Array | undefined,
): void {
  requireLength(`row indices of ${name}`, rows?.length ?? 'nothing', fn.rows);
  const count = Math.min(...Object.values(fn.gather).map(({ table }) => definition.tables[table]!.shape[0]!));
  for (const row of rows ?? []) {
    if (row >= 0 && row < count) continue;
    throw new WhyconvError({
      what: 'a row index is outside its table',
      where: name,
      found: String(row),
      expected: `0 to ${count - 1}`,
    });
  }
}

function requirePart(where: string, [from, to]: readonly [number, number], rows: number): void {
  if (Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= rows) return;
  throw new WhyconvError({
    what: 'an input is defined on rows that do not exist',
    where,
    found: `part [${from}, ${to}]`,
    expected: `whole numbers 0 <= from < to <= ${rows}`,
  });
}

function requireLength(where: string, found: number | 'nothing', expected: number): void {
  if (found === expected) return;
  throw new WhyconvError({
    what: 'an array has the wrong number of values',
    where,
    found: String(found),
    expected: String(expected),
  });
}

/** Names become parts of node names, in which TensorFlow allows only these characters. */
export function requireName(kind: string, name: string, allowed = /^[\w./-]+$/): void {
  if (allowed.test(name)) return;
  throw new WhyconvError({
    what: `the name of a ${kind} has characters that are not allowed in a graph`,
    found: JSON.stringify(name),
    expected: allowed.source,
  });
}

function requireDistinct(kind: string, names: readonly string[]): void {
  for (const [i, name] of names.entries()) {
    requireName(kind, name);
    if (names.indexOf(name) < i) throw new WhyconvError({ what: `two ${kind} share a name`, found: name });
  }
}

export function unknownName(kind: string, name: string, where: string, known: object): WhyconvError {
  return new WhyconvError({
    what: `unknown ${kind}`,
    where,
    found: name,
    expected: `one of ${Object.keys(known).join(', ') || '(none)'}`,
  });
}

/** Thrown by any use of a program after `dispose`. */
export const disposedProgram = (): WhyconvError =>
  new WhyconvError({ what: 'this program has been disposed of', remedy: 'compile it again' });
