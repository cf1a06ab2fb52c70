import type { tf } from './tf.js';

/**
 * A program is a set of functions over shared state: variables (weights and optimizer moments) and tables (whole
 * datasets, one row per image). It is declared once and runs either compiled, as one TensorFlow graph per call (native
 * engine), or eagerly, operation by operation (any engine). Both give the same numbers, because the caller draws
 * whatever is random and feeds it.
 */
export interface ProgramDefinition<Name extends string = string> {
  /** Float32 state by name. Names, here and below, are letters, digits and `_ . - /`. */
  readonly variables: Readonly<Record<string, VariableDefinition>>;
  /** Constant uint8 data by name. It is transferred to the engine once; calls pick rows of it by index. */
  readonly tables: Readonly<Record<string, TableDefinition>>;
  /** What can be called, by name. */
  readonly functions: Readonly<Record<Name, FunctionDefinition>>;
  /** Default: float32. */
  readonly precision?: Precision;
}

/** What convolutions compute in. `bf16` needs a compiled program, and is faster only on CPUs and GPUs that support it. */
export type Precision = 'float32' | 'bf16';

/** A float32 array that functions read and Adam changes. */
export interface VariableDefinition {
  /** Side lengths; empty for a single number. */
  readonly shape: readonly number[];
  /** The first values, row-major, as many as the product of the shape. */
  readonly values: Float32Array;
}

/** Constant bytes, one row per example. */
export interface TableDefinition {
  /** [rows, ...row shape] */
  readonly shape: readonly number[];
  /** Row-major, as many as the product of the shape. */
  readonly values: Uint8Array;
}

/** One function of a program: what it reads and what it computes. */
export interface FunctionDefinition {
  /** Number of rows that a call picks from each gathered table (the batch size); fixed, since a graph has fixed shapes. */
  readonly rows: number;
  /** Inputs picked from tables at the call's row indices. */
  readonly gather: Readonly<Record<string, GatherDefinition>>;
  /** Float32 inputs passed with each call: shape by name. */
  readonly feeds: Readonly<Record<string, readonly number[]>>;
  /**
   * A pure function of its arguments, made of tfjs operations. The compiler refuses bodies that it could not replay
   * faithfully: those that draw with a random operation of tfjs (with or without a seed), read tensor values, use
   * tensors from outside, or do something else when run again. Values that JavaScript computes to be the same in each
   * run, including draws from a seeded generator of your own, become constants of the graph.
   */
  readonly body: (variables: TensorsByName, inputs: TensorsByName) => FunctionResult;
  /** Required if the body returns gradients. */
  readonly adam?: AdamSettings;
}

/** An input that is picked from a table, row by row. */
export interface GatherDefinition {
  /** Name of the table. */
  readonly table: string;
  /** If given, the input is float32 and multiplied by it; otherwise it is int32 (class labels). */
  readonly scale?: number;
  /** Only the call's rows `from` up to, but not including, `to`: a shard of the batch. Default: all rows. */
  readonly part?: readonly [from: number, to: number];
}

/** Tensors of the engine, by name. */
export type TensorsByName = Readonly<Record<string, tf.Tensor>>;

/** What a function's body returns. */
export interface FunctionResult {
  /** At least one tensor, float32, int32 or bool; read back to the host as float32 after each call. */
  readonly outputs: TensorsByName;
  /** Gradients by variable name. Each of these variables takes an Adam step after all outputs are computed. */
  readonly gradients?: TensorsByName;
}

/** Adam (Kingma & Ba 2015) with a bias-corrected step size and "epsilon hat", as in TensorFlow and Keras. */
export interface AdamSettings {
  /** Name of the scalar feed with the learning rate. */
  readonly learningRateFeed: string;
  /** Decay of the mean of gradients, 0 to below 1; usually 0.9. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients, 0 to below 1; usually 0.999. */
  readonly beta2: number;
  /** Added to the root of that mean, above 0; Keras takes 1e-7. */
  readonly epsilon: number;
}

/** What a call of a program's function passes in. */
export interface CallInputs {
  /** Row indices, `rows` of them. */
  readonly rows?: Int32Array;
  /** One array for each of the function's feeds, as long as its shape says, row-major. */
  readonly feeds?: Readonly<Record<string, Float32Array>>;
}

/** Float32 arrays by name, row-major, in the process's own memory. */
export type HostArrays = Record<string, Float32Array>;

/** Milliseconds per phase of a call to a compiled program. */
export interface CallTimes {
  /** Passing feeds and row indices to the addon. */
  readonly input: number;
  /** Running the graph. */
  readonly run: number;
  /** Copying the outputs to the host. */
  readonly readBack: number;
}

/** A program that can be called. All state stays inside until read. */
export interface Program<Name extends string = string> {
  /** Whether each call runs one compiled graph. */
  readonly compiled: boolean;
  /** Calls a function and reads its outputs back. @throws WhyconvError if inputs do not match the definition */
  run(name: Name, inputs: CallInputs): HostArrays;
  /** Copies of all variables, including optimizer moments and the step count: what a checkpoint needs. */
  readState(): HostArrays;
  /** Overwrites the named variables. @throws WhyconvError, and writes nothing, if a name or a size is wrong */
  writeState(values: Readonly<Record<string, Float32Array>>): void;
  /** Frees every tensor and graph; the program cannot be used afterwards. */
  dispose(): void;
}

/** Names of the optimizer's own state. The moments of a variable `w` are `w/adam/m` and `w/adam/v`. */
export const ADAM_STEP = 'adam/step';
export const momentNames = (variable: string): readonly [first: string, second: string] => [
  `${variable}/adam/m`,
  `${variable}/adam/v`,
];

/**
 * All variables of a program: those declared and, if any function has an optimizer, the moments of each of them. Which
 * of them a body trains is known only after it has run, but compiled and eager programs must have the same state.
 */
export function stateVariables(definition: ProgramDefinition): Record<string, VariableDefinition> {
  const all: Record<string, VariableDefinition> = { ...definition.variables };
  if (!Object.values(definition.functions).some(({ adam }) => adam)) return all;
  all[ADAM_STEP] = { shape: [], values: new Float32Array(1) };
  for (const [name, { shape, values }] of Object.entries(definition.variables)) {
    for (const moment of momentNames(name)) all[moment] = { shape, values: new Float32Array(values.length) };
  }
  return all;
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, side) => product * side, 1);
