import { WhyconvError } from '../base/errors.js';
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
import { checkCall, checkDefinition } from './program-inputs.js';
import { tf } from './tf.js';

type Tensors = Record<string, tf.Tensor>;

/** Runs a program's functions operation by operation on the current backend. */
export function eagerProgram<Name extends string>(definition: ProgramDefinition<Name>): Program<Name> {
  checkDefinition(definition);
  // Moments are made for every variable: which ones a body trains is known only when it has run.
  const trains = Object.values<FunctionDefinition>(definition.functions).some((fn) => fn.adam);
  const declared = stateVariables(definition, trains ? Object.keys(definition.variables) : []);
  const state: Tensors = {};
  const write = (name: string, values: Float32Array) => {
    state[name]?.dispose();
    state[name] = tf.tensor(values.slice(), [...declared[name]!.shape], 'float32');
  };
  for (const [name, { values }] of Object.entries(declared)) write(name, values);

  return {
    compiled: false,
    run(name, inputs) {
      checkCall(definition, name, inputs);
      const { outputs, updates } = call(definition, definition.functions[name], state, inputs);
      for (const [variable, tensor] of Object.entries(updates)) {
        state[variable]!.dispose();
        state[variable] = tensor;
      }
      const host: HostArrays = {};
      for (const [output, tensor] of Object.entries(outputs)) {
        host[output] = Float32Array.from(tensor.dataSync());
        tensor.dispose();
      }
      return host;
    },
    readState: () =>
      Object.fromEntries(
        Object.entries(state).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]),
      ),
    writeState(values) {
      for (const [name, array] of Object.entries(values)) if (name in declared) write(name, array);
    },
    dispose() {
      for (const name of Object.keys(state)) {
        state[name]!.dispose();
        delete state[name];
      }
    },
  };
}

/** One call: everything it makes is freed but its outputs and the new values of what it trained. */
function call(
  definition: ProgramDefinition,
  fn: FunctionDefinition,
  state: TensorsByName,
  inputs: CallInputs,
): { outputs: Tensors; updates: Tensors } {
  return tf.tidy(() => {
    const tensors = inputTensors(definition, fn, inputs);
    const result = fn.body(state, tensors);
    const updates = result.gradients ? adamUpdates(fn.adam, result.gradients, state, tensors) : {};
    // A body may hand back an input or a variable itself: outputs must be the caller's own to dispose.
    const outputs = Object.fromEntries(
      Object.entries(result.outputs).map(([name, tensor]) => [name, tensor.clone()]),
    );
    return { outputs, updates };
  });
}

/** The inputs of a call as tensors: gathered rows, scaled, and feeds. */
export function inputTensors(
  definition: ProgramDefinition,
  fn: FunctionDefinition,
  inputs: CallInputs,
): Tensors {
  const tensors: Tensors = {};
  for (const [name, { table, scale }] of Object.entries(fn.gather)) {
    const { shape, values } = definition.tables[table]!;
    const [, ...rowShape] = shape;
    const rows = gatherRows(values, values.length / shape[0]!, inputs.rows!);
    const tensor = tf.tensor(rows, [fn.rows, ...rowShape], 'int32');
    tensors[name] = scale === undefined ? tensor : tensor.toFloat().mul(scale);
  }
  for (const [name, shape] of Object.entries(fn.feeds)) {
    tensors[name] = tf.tensor(inputs.feeds![name]!.slice(), [...shape], 'float32');
  }
  return tensors;
}

function gatherRows(table: Uint8Array, rowSize: number, rows: Int32Array): Int32Array {
  const gathered = new Int32Array(rows.length * rowSize);
  for (let i = 0; i < rows.length; i++) {
    gathered.set(table.subarray(rows[i]! * rowSize, (rows[i]! + 1) * rowSize), i * rowSize);
  }
  return gathered;
}

function adamUpdates(
  adam: AdamSettings | undefined,
  gradients: TensorsByName,
  state: TensorsByName,
  inputs: TensorsByName,
): Tensors {
  if (!adam) throw new WhyconvError({ what: 'a function returns gradients but declares no optimizer' });
  const { beta1, beta2, epsilon, learningRateFeed } = adam;
  const step = state[ADAM_STEP]!.add(1);
  const correction = tf
    .sub(1, tf.pow(beta2, step))
    .sqrt()
    .div(tf.sub(1, tf.pow(beta1, step)));
  const stepSize = inputs[learningRateFeed]!.mul(correction);
  const updates: Tensors = { [ADAM_STEP]: step };
  for (const [name, gradient] of Object.entries(gradients)) {
    const [first, second] = momentNames(name);
    const m = state[first]!.mul(beta1).add(gradient.mul(1 - beta1));
    const v = state[second]!.mul(beta2).add(gradient.square().mul(1 - beta2));
    updates[first] = m;
    updates[second] = v;
    updates[name] = state[name]!.sub(stepSize.mul(m).div(v.sqrt().add(epsilon)));
  }
  return updates;
}
