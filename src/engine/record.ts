import type { TensorValue } from './graph-def.js';
import { DTYPE, type NativeBinding, nativeBackend, type OpAttr, typeAttr } from './native-binding.js';
import { outsideTensor, refusal, refuseOperation, refusingRandomOperations } from './refusal.js';
import type { tf } from './tf.js';

/** Everything a function made the native engine do, in order. Tensor ids are unique, so this is already a graph. */
export interface Recording {
  readonly ops: readonly RecordedOp[];
  /** Constants the function made, by tensor id. */
  readonly constants: ReadonlyMap<number, TensorValue>;
  /** TensorFlow's data type of every tensor, by id. */
  readonly dtypes: ReadonlyMap<number, number>;
  /** Ids of the tensors the function returned. */
  readonly results: readonly number[];
}

export interface RecordedOp {
  readonly op: string;
  readonly attrs: readonly OpAttr[];
  /** Tensor ids. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Runs `body` on the native engine and records each operation that passes through its binding.
 *
 * @param known tensors that `body` may use, its variables and inputs: data type by id
 * @throws WhyconvError if the recording could not be replayed faithfully: the body reads a value, draws random numbers,
 * uses a tensor from outside, or makes a string tensor
 */
export function record(known: ReadonlyMap<number, number>, body: () => readonly tf.Tensor[]): Recording {
  const backend = nativeBackend();
  const binding = backend.binding;
  const ops: RecordedOp[] = [];
  const constants = new Map<number, TensorValue>();
  const dtypes = new Map(known);
  const recorder: Partial<NativeBinding> = {
    createTensor(shape, dtype, values) {
      const bytes = constantBytes(dtype, values);
      const id = binding.createTensor(shape, dtype, values);
      constants.set(id, { dtype, shape: [...shape], bytes });
      dtypes.set(id, dtype);
      return id;
    },
    executeOp(op, attrs, inputs, outputs) {
      if (inputs.some((id) => !dtypes.has(id))) throw outsideTensor(`in ${op}`);
      refuseOperation(op);
      const results = binding.executeOp(op, attrs, inputs, outputs);
      const inputTypes = inputs.map((id) => dtypes.get(id)!);
      ops.push({
        op,
        attrs: completeAttrs(op, attrs, inputTypes),
        inputs: [...inputs],
        outputs: results.map((r) => r.id),
      });
      for (const { id, dtype } of results) dtypes.set(id, dtype);
      return results;
    },
    tensorDataSync() {
      throw refusal(
        "the step reads a tensor's values while it runs",
        'dataSync(), data() or an operation that needs them',
      );
    },
  };
  // The addon's properties are read-only; own properties of an object that inherits from it shadow them.
  const overrides = Object.fromEntries(Object.entries(recorder).map(([name, value]) => [name, { value }]));
  backend.binding = Object.create(binding, overrides) as NativeBinding;
  try {
    const results = refusingRandomOperations(body).map(tensorId);
    if (results.some((id) => !dtypes.has(id))) throw outsideTensor('among its results');
    return { ops, constants, dtypes, results };
  } finally {
    backend.binding = binding;
  }
}

/** The id under which the engine holds a tensor; uploads the tensor if that has not happened yet. */
export function tensorId(tensor: tf.Tensor): number {
  return nativeBackend().getInputTensorIds([tensor])[0]!;
}

/**
 * Refuses a function whose two recordings differ: some value in it was drawn or counted in JavaScript, and the graph
 * would freeze it. A value that JavaScript computes to be the same in both runs is kept as a constant.
 *
 * @param known the tensors that both recordings share
 */
export function requireSame(first: Recording, second: Recording, known: ReadonlyMap<number, number>): void {
  if (canonicalText(first, known) === canonicalText(second, known)) return;
  throw refusal(
    'the step does not do the same when run twice',
    'a random number, the time or a counter made in JavaScript, which a graph would freeze',
  );
}

/** A recording as text that numbers intermediate tensors in order of appearance and replaces constants by their values. */
function canonicalText({ ops, constants, results }: Recording, known: ReadonlyMap<number, number>): string {
  const made = new Map<number, string>();
  const place = (id: number): string => {
    if (known.has(id)) return `known ${id}`;
    const constant = constants.get(id);
    if (constant) return constantText(constant);
    if (!made.has(id)) made.set(id, `made ${made.size}`);
    return made.get(id)!;
  };
  const lines = ops.map(({ op, attrs, inputs, outputs }) =>
    JSON.stringify([op, attrs, inputs.map(place), outputs.map(place)]),
  );
  return [...lines, JSON.stringify(results.map(place))].join('\n');
}

const constantText = ({ dtype, shape, bytes }: TensorValue): string =>
  `${dtype} ${shape.join('x')} ${Buffer.from(bytes).toString('base64')}`;

/**
 * Type attributes that tfjs leaves to eager execution to infer, with the index of the input that has this type. A graph
 * must state them. Complete for tfjs-node 4.22: no other operation that its kernels call lacks a required attribute.
 */
const INFERRED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ExpandDims: { T: 0 },
};

function completeAttrs(op: string, attrs: readonly OpAttr[], inputTypes: readonly number[]): OpAttr[] {
  const missing = Object.entries(INFERRED[op] ?? {}).filter(
    ([name]) => !attrs.some((attr) => attr.name === name),
  );
  return [
    ...attrs.map((attr) => ({ ...attr })),
    ...missing.map(([name, input]) => typeAttr(name, inputTypes[input]!)),
  ];
}

function constantBytes(dtype: number, values: ArrayLike<number> | ArrayBufferView): Uint8Array {
  if (dtype === DTYPE.string) throw refusal('the step makes a string tensor', 'tf.tensor of strings');
  const array = ArrayBuffer.isView(values) ? values : typedArray(dtype, values);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
}

function typedArray(dtype: number, values: ArrayLike<number>): ArrayBufferView {
  if (dtype === DTYPE.float) return Float32Array.from(values);
  return dtype === DTYPE.int32 ? Int32Array.from(values) : Uint8Array.from(values);
}
