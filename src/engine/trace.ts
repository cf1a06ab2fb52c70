import { DTYPE } from './native-binding.js';
import { type FunctionDefinition, type FunctionResult, type ProgramDefinition, sizeOf } from './program.js';
import { inputTensors } from './program-eager.js';
import { runBody } from './program-result.js';
import { type Recording, record, requireSame, tensorId } from './record.js';
import { tf } from './tf.js';

/** A recorded run of a function, and which tensor ids are its arguments and results. */
export interface Trace {
  readonly name: string;
  readonly fn: FunctionDefinition;
  readonly recording: Recording;
  /** Tensor id by name. */
  readonly variables: ReadonlyMap<string, number>;
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
  readonly gradients: ReadonlyMap<string, number>;
}

/** Runs a function on example inputs and records it; twice, to refuse one that does not do the same again. */
export function trace(definition: ProgramDefinition, name: string, fn: FunctionDefinition): Trace {
  return scoped(() => {
    const variables = Object.fromEntries(
      Object.entries(definition.variables).map(([key, { shape, values }]) => [
        key,
        tf.tensor(values.slice(), [...shape], 'float32'),
      ]),
    );
    const inputs = inputTensors(definition, fn, exampleInputs(fn));
    const given = [...Object.values(variables), ...Object.values(inputs)];
    const known = new Map(given.map((tensor) => [tensorId(tensor), dtypeOf(tensor)]));
    let result: Required<FunctionResult>;
    const run = () =>
      record(known, () => {
        result = runBody(definition, name, variables, inputs);
        return [...Object.values(result.outputs), ...Object.values(result.gradients)];
      });
    const first = run();
    const recording = run();
    requireSame(first, recording, known);
    return {
      name,
      fn,
      recording,
      variables: idsOf(variables),
      inputs: idsOf(inputs),
      outputs: idsOf(result!.outputs),
      gradients: idsOf(result!.gradients),
    };
  });
}

/** Frees every tensor made in `body`, whose result must not be one. */
function scoped<T>(body: () => T): T {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}

/** Any inputs of the right shapes will do, since only the operations are kept. */
function exampleInputs(fn: FunctionDefinition) {
  const feeds = Object.entries(fn.feeds).map(([name, shape]) => [
    name,
    new Float32Array(sizeOf(shape)).fill(1),
  ]);
  return { rows: new Int32Array(fn.rows), feeds: Object.fromEntries(feeds) as Record<string, Float32Array> };
}

const idsOf = (tensors: Readonly<Record<string, tf.Tensor>>): Map<string, number> =>
  new Map(Object.entries(tensors).map(([name, tensor]) => [name, tensorId(tensor)]));

/** Data type of a variable or an input, which are float32 or int32. */
const dtypeOf = (tensor: tf.Tensor): number => (tensor.dtype === 'float32' ? DTYPE.float : DTYPE.int32);
