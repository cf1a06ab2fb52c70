import type { GraphNode } from './graph-def.js';
import { DTYPE, typeAttr } from './native-binding.js';

/** The operations that do nearly all of a CNN's work, and which of their inputs are values (the others are shapes). */
const CONVOLUTIONS: Readonly<Record<string, readonly number[]>> = {
  Conv2D: [0, 1],
  Conv2DBackpropInput: [1, 2],
  Conv2DBackpropFilter: [0, 2],
};

/**
 * Rewrites a convolution to compute in bfloat16: its inputs are rounded to 8 significant bits, its result is cast back
 * to float32. Everything else stays float32, including sums over the batch, weights and optimizer state (mixed
 * precision, Micikevicius et al. 2018). Other nodes are returned unchanged.
 *
 * @returns the nodes that replace the given one, and the name of the one that has its output
 */
export function inBfloat16(node: GraphNode): {
  readonly nodes: readonly GraphNode[];
  readonly result: string;
} {
  const values = CONVOLUTIONS[node.op];
  if (!values) return { nodes: [node], result: node.name };
  const cast = (name: string, input: string, from: number, to: number): GraphNode => ({
    name,
    op: 'Cast',
    inputs: [input],
    attrs: [typeAttr('SrcT', from), typeAttr('DstT', to)],
  });
  const rounded = values.map((i) =>
    cast(`${node.name}/in${i}`, node.inputs[i]!, DTYPE.float, DTYPE.bfloat16),
  );
  const inputs = node.inputs.map((input, i) => (values.includes(i) ? `${node.name}/in${i}` : input));
  const attrs = node.attrs.map((attr) => (attr.name === 'T' ? typeAttr('T', DTYPE.bfloat16) : attr));
  const result = `${node.name}/out`;
  return {
    nodes: [...rounded, { ...node, inputs, attrs }, cast(result, node.name, DTYPE.bfloat16, DTYPE.float)],
    result,
  };
}
