import { WhyconvError } from '../base/errors.js';
import { type CallInputs, type FunctionDefinition, type ProgramDefinition, sizeOf } from './program.js';

/** Refuses a definition that contradicts itself, before anything is built from it. */
export function checkDefinition(definition: ProgramDefinition): void {
  for (const [name, { shape, values }] of Object.entries({ ...definition.variables, ...definition.tables })) {
    requireLength(`${name} [${shape.join(', ')}]`, values.length, sizeOf(shape));
  }
  for (const [name, { gather, feeds, adam }] of Object.entries(definition.functions)) {
    for (const { table } of Object.values(gather)) {
      if (!(table in definition.tables)) throw unknownName('table', table, name, definition.tables);
    }
    if (adam && !(adam.learningRateFeed in feeds))
      throw unknownName('feed', adam.learningRateFeed, name, feeds);
  }
}

/** Refuses a call whose inputs do not have the declared sizes or point outside a table. */
export function checkCall(definition: ProgramDefinition, name: string, inputs: CallInputs): void {
  const fn = definition.functions[name];
  if (!fn) throw unknownName('function', name, 'program', definition.functions);
  for (const [feed, shape] of Object.entries(fn.feeds)) {
    const given = inputs.feeds?.[feed];
    requireLength(`feed ${feed} of ${name}, shape [${shape.join(', ')}]`, given?.length ?? 0, sizeOf(shape));
  }
  if (Object.keys(fn.gather).length > 0) checkRows(definition, name, fn, inputs.rows ?? new Int32Array(0));
}

function checkRows(
  definition: ProgramDefinition,
  name: string,
  fn: FunctionDefinition,
  rows: Int32Array,
): void {
  requireLength(`row indices of ${name}`, rows.length, fn.rows);
  const count = Math.min(...Object.values(fn.gather).map(({ table }) => definition.tables[table]!.shape[0]!));
  for (const row of rows) {
    if (row >= 0 && row < count) continue;
    throw new WhyconvError({
      what: 'a row index lies outside its table',
      where: name,
      found: String(row),
      expected: `0 to ${count - 1}`,
    });
  }
}

function requireLength(where: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new WhyconvError({
    what: 'an array has the wrong number of values',
    where,
    found: String(found),
    expected: String(expected),
  });
}

export function unknownName(kind: string, name: string, where: string, known: object): WhyconvError {
  return new WhyconvError({
    what: `unknown ${kind}`,
    where,
    found: name,
    expected: `one of ${Object.keys(known).join(', ') || '(none)'}`,
  });
}
