import { inBfloat16 } from './bfloat16.js';
import type { GraphNode } from './graph-def.js';
import { adamNodes, gatherNodes, identity, NAMES, variableNodes } from './graph-nodes.js';
import { ATTR, DTYPE, typeAttr } from './native-binding.js';
import {
  type FunctionDefinition,
  type Precision,
  type ProgramDefinition,
  stateVariables,
  type VariableDefinition,
} from './program.js';
import { type Trace, trace } from './trace.js';

export interface CompiledFunction {
  /** Names of its outputs, in the order in which they are fetched. */
  readonly outputs: readonly string[];
  /** Whether a call passes row indices. */
  readonly gathers: boolean;
}

export interface BuiltGraph {
  readonly nodes: readonly GraphNode[];
  readonly functions: Readonly<Record<string, CompiledFunction>>;
  /** Every float32 variable in the graph, optimizer state included. */
  readonly variables: Readonly<Record<string, VariableDefinition>>;
}

/** Records every function of a program and writes them as one graph over shared variables. */
export function buildGraph(definition: ProgramDefinition): BuiltGraph {
  const traces = Object.entries<FunctionDefinition>(definition.functions).map(([name, fn]) =>
    trace(definition, name, fn),
  );
  const variables = stateVariables(definition);
  const nodes = Object.entries(variables).flatMap(([name, { shape }]) =>
    variableNodes(name, DTYPE.float, shape),
  );
  for (const [name, { shape }] of Object.entries(definition.tables))
    nodes.push(...variableNodes(name, DTYPE.uint8, shape));
  for (const traced of traces) nodes.push(...functionNodes(traced, definition.precision));
  const functions = traces.map(({ name, fn, outputs }): [string, CompiledFunction] => [
    name,
    { outputs: [...outputs.keys()], gathers: Object.keys(fn.gather).length > 0 },
  ]);
  return { nodes, functions: Object.fromEntries(functions), variables };
}

function functionNodes(traced: Trace, precision: Precision = 'float32'): GraphNode[] {
  const { name, fn, recording } = traced;
  const prefix = NAMES.call(name);
  const nodes: GraphNode[] = [];
  const source = new Map<number, string>();
  const add = (node: GraphNode, id?: number) => {
    nodes.push(node);
    if (id !== undefined) source.set(id, `${node.name}:0`);
  };

  for (const [variable, id] of traced.variables) {
    const attrs = [typeAttr('dtype', DTYPE.float)];
    add(
      { name: NAMES.seen(name, variable), op: 'ReadVariableOp', inputs: [NAMES.handle(variable)], attrs },
      id,
    );
  }
  for (const [feed, shape] of Object.entries(fn.feeds)) {
    const attrs = [typeAttr('dtype', DTYPE.float), { name: 'shape', type: ATTR.shape, value: [...shape] }];
    add({ name: NAMES.feed(name, feed), op: 'Placeholder', inputs: [], attrs }, traced.inputs.get(feed));
  }
  for (const [input, node] of gatherNodes(name, fn))
    add(node, input === undefined ? undefined : traced.inputs.get(input));
  for (const [id, value] of recording.constants) {
    const attrs = [typeAttr('dtype', value.dtype), { name: 'value', type: ATTR.tensor, value }];
    add({ name: `${prefix}/const/${id}`, op: 'Const', inputs: [], attrs }, id);
  }
  recording.ops.forEach(({ op, attrs, inputs, outputs }, i) => {
    const node = { name: `${prefix}/op${i}/${op}`, op, inputs: inputs.map((id) => source.get(id)!), attrs };
    const written = precision === 'bf16' ? inBfloat16(node) : { nodes: [node], result: node.name };
    nodes.push(...written.nodes);
    outputs.forEach((id, output) => {
      source.set(id, `${written.result}:${output}`);
    });
  });

  const gradients = new Map([...traced.gradients].map(([variable, id]) => [variable, source.get(id)!]));
  const updates = fn.adam && gradients.size > 0 ? adamNodes(name, fn.adam, gradients) : [];
  nodes.push(...updates);
  const after = updates
    .filter(({ op }) => op === 'ResourceApplyAdam' || op === 'AssignVariableOp')
    .map((n) => `^${n.name}`);
  for (const [output, id] of traced.outputs) {
    const dtype = recording.dtypes.get(id)!;
    nodes.push(identity(NAMES.output(name, output), source.get(id)!, dtype, after));
  }
  // Inputs are kept even if nothing uses them: a call feeds everything the function declares.
  const inputs = nodes.filter(({ op }) => op === 'Placeholder').map((node) => node.name);
  const outputs = [...traced.outputs.keys()].map((output) => NAMES.output(name, output));
  return reachable(nodes, [...inputs, ...outputs]);
}

/** The nodes that `roots` depend on; no output needs the others. */
function reachable(nodes: readonly GraphNode[], roots: readonly string[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    for (const input of byName.get(name)?.inputs ?? []) queue.push(input.replace(/^\^|:\d+$/g, ''));
  }
  return nodes.filter(({ name }) => needed.has(name));
}
