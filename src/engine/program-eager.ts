import {
  ADAM_STEP,
  type AdamSettings,
  type CallInputs,
  type FunctionDefinition,
  type HostArrays,
  momentNames,
  type Program,
  type ProgramDefinition,
  stateVariables,
  type TensorsByName,
} from './program.js';
import { checkCall, checkDefinition, checkState, disposedProgram } from './program-inputs.js';
import { runBody } from './program-result.js';
import { tf } from './tf.js';
import { ADAM_KERNEL, type AdamAttributes, type AdamInputs } from './wasm/adam.js';

type Tensors = Record<string, tf.Tensor>;

/** Runs a program's functions operation by operation on the current backend. @throws WhyconvError */
export function eagerProgram<Name extends string>(definition: ProgramDefinition<Name>): Program<Name> {
  checkDefinition(definition);
  const declared = stateVariables(definition);
  const state: Tensors = {};
  const put = (name: string, tensor: tf.Tensor) => {
    state[name]?.dispose();
    state[name] = tensor;
  };
  const write = (name: string, values: Float32Array) =>
    put(name, tf.keep(tf.tensor(values.slice(), [...declared[name]!.shape], 'float32')));
  for (const [name, { values }] of Object.entries(declared)) write(name, values);
  let disposed = false;
  const requireAlive = () => {
    if (disposed) throw disposedProgram();
  };

  return {
    compiled: false,
    run(name, inputs) {
      requireAlive();
      checkCall(definition, name, inputs);
      const { outputs, updates } = call(definition, name, state, inputs);
      for (const [variable, tensor] of Object.entries(updates)) put(variable, tf.keep(tensor));
      const host: HostArrays = {};
      for (const [output, tensor] of Object.entries(outputs)) {
        host[output] = Float32Array.from(tensor.dataSync());
        tensor.dispose();
      }
      return host;
    },
    readState() {
      requireAlive();
      const arrays = Object.entries(state).map(([name, tensor]) => [name, tensor.dataSync().slice()]);
      return Object.fromEntries(arrays) as HostArrays;
    },
    writeState(values) {
      requireAlive();
      checkState(declared, values);
      for (const [name, array] of Object.entries(values)) write(name, array);
    },
    dispose() {
      if (!disposed) tf.dispose(state);
      disposed = true;
    },
  };
}

/** One call. Frees all tensors it makes except its outputs and the new values of the variables it trained. */
function call(
  definition: ProgramDefinition,
  name: string,
  state: TensorsByName,
  inputs: CallInputs,
): { outputs: Tensors; updates: Tensors } {
  const fn = definition.functions[name]!;
  return tf.tidy(() => {
    const tensors = inputTensors(definition, fn, inputs);
    const variables = Object.fromEntries(Object.keys(definition.variables).map((key) => [key, state[key]!]));
    const { outputs, gradients } = runBody(definition, name, variables, tensors);
    const updates = fn.adam ? adamUpdates(fn.adam, gradients, state, tensors) : {};
    // A body may return an input or a variable itself, but the caller disposes of the outputs.
    const own = Object.entries(outputs).map(([output, tensor]) => [output, tensor.clone()] as const);
    return { outputs: Object.fromEntries(own), updates };
  });
}

/** The inputs of a call as tensors: gathered rows, scaled, and feeds. */
export function inputTensors(
  definition: ProgramDefinition,
  fn: FunctionDefinition,
  inputs: CallInputs,
): Tensors {
  const tensors: Tensors = {};
  for (const [name, { table, scale, part = [0, fn.rows] }] of Object.entries(fn.gather)) {
    const { shape, values } = definition.tables[table]!;
    const [, ...rowShape] = shape;
    const picked = inputs.rows!.subarray(...part);
    const rows = gatherRows(values, values.length / shape[0]!, picked, scale);
    tensors[name] = tf.tensor(rows, [picked.length, ...rowShape], scale === undefined ? 'int32' : 'float32');
  }
  for (const [name, shape] of Object.entries(fn.feeds)) {
    tensors[name] = tf.tensor(inputs.feeds![name]!.slice(), [...shape], 'float32');
  }
  return tensors;
}

/** Scales as a float32 product does: a byte times a float32 is exact in double precision, and is rounded when stored. */
function gatherRows(
  table: Uint8Array,
  rowSize: number,
  rows: Int32Array,
  scale: number | undefined,
): Int32Array | Float32Array {
  const size = rows.length * rowSize;
  const gathered = scale === undefined ? new Int32Array(size) : new Float32Array(size);
  const factor = Math.fround(scale ?? 1);
  let at = 0;
  for (const row of rows) {
    for (let i = row * rowSize; i < (row + 1) * rowSize; i++) gathered[at++] = table[i]! * factor;
  }
  return gathered;
}

function adamUpdates(
  adam: AdamSettings,
  gradients: TensorsByName,
  state: TensorsByName,
  inputs: TensorsByName,
): Tensors {
  if (Object.keys(gradients).length === 0) return {};
  const { beta1, beta2, epsilon, learningRateFeed } = adam;
  const step = state[ADAM_STEP]!.add(1);
  const correction = tf
    .sub(1, tf.pow(beta2, step))
    .sqrt()
    .div(tf.sub(1, tf.pow(beta1, step)));
  const stepSize = inputs[learningRateFeed]!.mul(correction);
  // In float32, 1 - 0.999 differs from 0.001 by 1.3e-5 of its value, which the step size would not correct.
  const settings = { beta1: Math.fround(beta1), beta2: Math.fround(beta2), epsilon };
  const adamStep = tf.getKernel(ADAM_KERNEL, tf.getBackend()) ? fusedStep : composedStep;
  const updates: Tensors = { [ADAM_STEP]: step };
  for (const [name, gradient] of Object.entries(gradients)) {
    const [first, second] = momentNames(name);
    const [variable, moments] = [state[name]!, { first: state[first]!, second: state[second]! }];
    const stepped = adamStep({ variable, ...moments, gradient, stepSize }, settings);
    [updates[name], updates[first], updates[second]] = stepped;
  }
  return updates;
}

type AdamStep = (
  inputs: AdamInputs,
  settings: AdamAttributes,
) => [variable: tf.Tensor, first: tf.Tensor, second: tf.Tensor];

const fusedStep: AdamStep = (inputs, settings) =>
  tf.engine().runKernel(ADAM_KERNEL, { ...inputs }, { ...settings });

const composedStep: AdamStep = (
  { variable, first, second, gradient, stepSize },
  { beta1, beta2, epsilon },
) => {
  const m = first.mul(beta1).add(gradient.mul(1 - beta1));
  const v = second.mul(beta2).add(gradient.square().mul(1 - beta2));
  return [variable.sub(stepSize.mul(m).div(v.sqrt().add(epsilon))), m, v];
};
