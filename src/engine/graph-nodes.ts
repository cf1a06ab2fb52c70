import type { GraphNode } from './graph-def.js';
import { ATTR, DTYPE, type OpAttr, typeAttr } from './native-binding.js';
import {
  ADAM_STEP,
  type AdamSettings,
  type FunctionDefinition,
  type GatherDefinition,
  momentNames,
} from './program.js';

/** Names of nodes that others refer to: those of the state, and those of each function under `call/`. */
export const NAMES = {
  handle: (variable: string) => `state/${variable}`,
  value: (variable: string) => `set/${variable}/value`,
  assigned: (variable: string) => `set/${variable}/done`,
  read: (variable: string) => `get/${variable}`,
  call: (fn: string) => `call/${fn}`,
  rows: (fn: string) => `call/${fn}/rows`,
  feed: (fn: string, feed: string) => `call/${fn}/feed/${feed}`,
  /** A variable's value before the function updates it. */
  seen: (fn: string, variable: string) => `call/${fn}/seen/${variable}`,
  output: (fn: string, output: string) => `call/${fn}/output/${output}`,
};

/**
 * A variable's handle, and the nodes that read and set it from outside. It is set to a copy of the fed value: the addon
 * lends TensorFlow the memory of a JavaScript array, and a variable that held this memory would release it on whichever
 * TensorFlow thread first updates or gathers from it, where Node's references must not be touched (heap corruption).
 */
export function variableNodes(name: string, dtype: number, shape: readonly number[]): GraphNode[] {
  const handle = NAMES.handle(name);
  const shapeAttr = { name: 'shape', type: ATTR.shape, value: [...shape] };
  const shared = { name: 'shared_name', type: ATTR.string, value: name };
  const assign = `set/${name}/assign`;
  const copy = `set/${name}/copy`;
  return [
    { name: handle, op: 'VarHandleOp', inputs: [], attrs: [typeAttr('dtype', dtype), shapeAttr, shared] },
    { name: NAMES.read(name), op: 'ReadVariableOp', inputs: [handle], attrs: [typeAttr('dtype', dtype)] },
    { name: NAMES.value(name), op: 'Placeholder', inputs: [], attrs: [typeAttr('dtype', dtype), shapeAttr] },
    { name: copy, op: 'DeepCopy', inputs: [NAMES.value(name)], attrs: [typeAttr('T', dtype)] },
    {
      name: assign,
      op: 'AssignVariableOp',
      inputs: [handle, copy],
      attrs: [typeAttr('dtype', dtype)],
    },
    constant(`set/${name}/ok`, 1),
    identity(NAMES.assigned(name), `set/${name}/ok`, DTYPE.float, [`^${assign}`]),
  ];
}

/** Picks rows from tables: uint8 in memory, cast and scaled for the batch only. Each node with the input it provides, if any. */
export function gatherNodes(name: string, fn: FunctionDefinition): [input: string | undefined, GraphNode][] {
  const gathers = Object.entries(fn.gather);
  if (gathers.length === 0) return [];
  const rows = NAMES.rows(name);
  const shape = { name: 'shape', type: ATTR.shape, value: [fn.rows] };
  const attrs = [typeAttr('dtype', DTYPE.int32), shape];
  return [
    [undefined, { name: rows, op: 'Placeholder', inputs: [], attrs }],
    ...gathers.flatMap(([input, gather]) => gatherOne(NAMES.call(name), input, gather, rows)),
  ];
}

function gatherOne(
  prefix: string,
  input: string,
  { table, scale, part }: GatherDefinition,
  rows: string,
): [string | undefined, GraphNode][] {
  const picked = part ? partOf(`${prefix}/part/${input}`, rows, part) : [];
  const gathered: GraphNode = {
    name: `${prefix}/gathered/${input}`,
    op: 'ResourceGather',
    inputs: [NAMES.handle(table), picked.at(-1)?.name ?? rows],
    attrs: [typeAttr('dtype', DTYPE.uint8), typeAttr('Tindices', DTYPE.int32)],
  };
  const target = scale === undefined ? DTYPE.int32 : DTYPE.float;
  const cast: GraphNode = {
    name: `${prefix}/cast/${input}`,
    op: 'Cast',
    inputs: [gathered.name],
    attrs: [typeAttr('SrcT', DTYPE.uint8), typeAttr('DstT', target)],
  };
  const before = [...picked, gathered].map((node): [undefined, GraphNode] => [undefined, node]);
  if (scale === undefined) return [...before, [input, cast]];
  const factor = constant(`${prefix}/scale/${input}`, scale);
  const float = [typeAttr('T', DTYPE.float)];
  const scaled: GraphNode = {
    name: `${prefix}/scaled/${input}`,
    op: 'Mul',
    inputs: [cast.name, factor.name],
    attrs: float,
  };
  return [...before, [undefined, cast], [undefined, factor], [input, scaled]];
}

/** Row indices from `from` up to, but not including, `to`. */
function partOf(name: string, rows: string, [from, to]: readonly [number, number]): GraphNode[] {
  const [begin, size] = [integers(`${name}/from`, from), integers(`${name}/count`, to - from)];
  const attrs = [typeAttr('T', DTYPE.int32), typeAttr('Index', DTYPE.int32)];
  return [begin, size, { name, op: 'Slice', inputs: [rows, begin.name, size.name], attrs }];
}

/**
 * Adam as one op per variable, with the step count in the graph (see AdamSettings). A variable is updated only after it
 * has been read: if its gradient does not depend on it (a linear loss), nothing else orders the two.
 */
export function adamNodes(
  name: string,
  adam: AdamSettings,
  gradients: ReadonlyMap<string, string>,
): GraphNode[] {
  const at = (part: string) => `${NAMES.call(name)}/adam/${part}`;
  const float = [typeAttr('T', DTYPE.float)];
  const power = (beta: string): GraphNode => ({
    name: at(`${beta}_power`),
    op: 'Pow',
    inputs: [at(beta), at('step')],
    attrs: float,
  });
  const nodes: GraphNode[] = [
    constant(at('one'), 1),
    constant(at('beta1'), adam.beta1),
    constant(at('beta2'), adam.beta2),
    constant(at('epsilon'), adam.epsilon),
    {
      name: at('done'),
      op: 'ReadVariableOp',
      inputs: [NAMES.handle(ADAM_STEP)],
      attrs: [typeAttr('dtype', DTYPE.float)],
    },
    { name: at('step'), op: 'AddV2', inputs: [at('done'), at('one')], attrs: float },
    power('beta1'),
    power('beta2'),
    {
      name: at('count'),
      op: 'AssignVariableOp',
      inputs: [NAMES.handle(ADAM_STEP), at('step')],
      attrs: [typeAttr('dtype', DTYPE.float)],
    },
  ];
  const rate = NAMES.feed(name, adam.learningRateFeed);
  for (const [variable, gradient] of gradients) {
    const handles = [variable, ...momentNames(variable)].map(NAMES.handle);
    const scalars = [at('beta1_power'), at('beta2_power'), rate, at('beta1'), at('beta2'), at('epsilon')];
    nodes.push({
      name: at(`apply/${variable}`),
      op: 'ResourceApplyAdam',
      inputs: [...handles, ...scalars, gradient, `^${NAMES.seen(name, variable)}`],
      attrs: float,
    });
  }
  return nodes;
}

/** A float32 scalar. */
const constant = (name: string, value: number): GraphNode =>
  constantOf(name, DTYPE.float, [], Float32Array.of(value));

/** An int32 vector. */
const integers = (name: string, ...values: number[]): GraphNode =>
  constantOf(name, DTYPE.int32, [values.length], Int32Array.from(values));

function constantOf(
  name: string,
  dtype: number,
  shape: number[],
  values: Float32Array | Int32Array,
): GraphNode {
  const bytes = new Uint8Array(values.buffer);
  const attrs: OpAttr[] = [
    typeAttr('dtype', dtype),
    { name: 'value', type: ATTR.tensor, value: { dtype, shape, bytes } },
  ];
  return { name, op: 'Const', inputs: [], attrs };
}

export const identity = (
  name: string,
  input: string,
  dtype: number,
  after: readonly string[],
): GraphNode => ({
  name,
  op: 'Identity',
  inputs: [input, ...after],
  attrs: [typeAttr('T', dtype)],
});
