import { DTYPE } from './native-binding.js';
import { type FunctionDefinition, type ProgramDefinition, sizeOf } from './program.js';
import { inputTensors } from './program-eager.js';
import { type Recording, record, requireSame, tensorId } from './record.js';
import { tf } from './tf.js';

/** A function as it ran once: its recording, and which tensor ids are its arguments and results. */
export interface Trace {
  readonly name: string;
  readonly fn: FunctionDefinition;
  readonly recording: Recording;
  /** Tensor id by name. */
  readonly variables: ReadonlyMap<string, number>;
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, { id: number; dtype: number }>;
  readonly gradients: ReadonlyMap<string, number>;
}

/** Runs a function once on example inputs and records it. */
export function trace(definition: ProgramDefinition, name: string, fn: FunctionDefinition): Trace {
  return scoped(() => {
    const variables = Object.fromEntries(
      Object.entries(definition.variables).map(([key, { shape, values }]) => [
        key,
        tf.tensor(values.slice(), [...shape], 'float32'),
      ]),
    );
    const inputs = inputTensors(definition, fn, exampleInputs(fn));
    const variableIds = idsOf(variables);
    const inputIds = idsOf(inputs);
    const known = new Map(
      [...Object.values(variables), ...Object.values(inputs)].map((tensor) => [
        tensorId(tensor),
        dtypeOf(tensor),
      ]),
    );
    const run = () =>
      record(known, () => {
        const { outputs, gradients = {} } = fn.body(variables, inputs);
        const ids = Object.entries(outputs).map(
          ([key, tensor]) => [key, { id: tensorId(tensor), dtype: dtypeOf(tensor) }] as const,
        );
        return { outputs: new Map(ids), gradients: idsOf(gradients) };
      });
    const first = run();
    requireSame(first.recording, run().recording);
    return {
      name,
      fn,
      recording: first.recording,
      variables: variableIds,
      inputs: inputIds,
      ...first.result,
    };
  });
}

/** Frees every tensor made in `body`, whose result is none. */
function scoped<T>(body: () => T): T {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}

/** Any inputs of the right shapes will do: only the operations are kept. */
function exampleInputs(fn: FunctionDefinition) {
  const feeds = Object.entries(fn.feeds).map(([name, shape]) => [
    name,
    new Float32Array(sizeOf(shape)).fill(1),
  ]);
  return { rows: new Int32Array(fn.rows), feeds: Object.fromEntries(feeds) as Record<string, Float32Array> };
}

const idsOf = (tensors: Readonly<Record<string, tf.Tensor>>): Map<string, number> =>
  new Map(Object.entries(tensors).map(([name, tensor]) => [name, tensorId(tensor)]));

const dtypeOf = (tensor: tf.Tensor): number => (tensor.dtype === 'float32' ? DTYPE.float : DTYPE.int32);
