import type { tf } from './tf.js';

/**
 * A program is a set of functions over shared state: variables (weights and optimizer moments) and tables
 * (whole datasets, one row an image). It is declared once and runs either as one compiled TensorFlow graph a call
 * (native engine) or eagerly, operation by operation (any engine): same functions, same numbers, same draws, since
 * whatever is random is drawn by the caller and fed.
 */
export interface ProgramDefinition<Name extends string = string> {
  /** Float32 state by name. Names, here and below, are letters, digits and `_ . - /`. */
  readonly variables: Readonly<Record<string, VariableDefinition>>;
  /** Constant uint8 data by name; a call picks rows of it by index, so that it crosses to the engine once. */
  readonly tables: Readonly<Record<string, TableDefinition>>;
  readonly functions: Readonly<Record<Name, FunctionDefinition>>;
  /** Default float32. */
  readonly precision?: Precision;
}

/** What convolutions compute in; `bf16` exists on the compiled native engine only, and pays on CPUs and GPUs that have it. */
export type Precision = 'float32' | 'bf16';

export interface VariableDefinition {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TableDefinition {
  /** [rows, ...row shape] */
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

export interface FunctionDefinition {
  /** Rows a call picks from each gathered table (the batch size); fixed, since a graph has fixed shapes. */
  readonly rows: number;
  /** Inputs taken from tables at the call's row indices. */
  readonly gather: Readonly<Record<string, GatherDefinition>>;
  /** Float32 inputs given with each call, by shape. */
  readonly feeds: Readonly<Record<string, readonly number[]>>;
  /**
   * A pure function of its arguments, made of tfjs operations. It may not draw random numbers, read tensor values
   * or use tensors from outside: the compiler refuses what it could not replay faithfully.
   */
  readonly body: (variables: TensorsByName, inputs: TensorsByName) => FunctionResult;
  /** Needed where the body returns gradients. */
  readonly adam?: AdamSettings;
}

export interface GatherDefinition {
  readonly table: string;
  /** Given: float32, multiplied by it. Absent: int32 (class labels). */
  readonly scale?: number;
  /** Only these of the call's rows, from the first to before the second: a shard of the batch. Absent: all. */
  readonly part?: readonly [from: number, to: number];
}

export type TensorsByName = Readonly<Record<string, tf.Tensor>>;

export interface FunctionResult {
  /** At least one result, float32, int32 or bool, read back to the host as float32 after each call. */
  readonly outputs: TensorsByName;
  /** Gradients by variable name: each such variable takes an Adam step, after all outputs are computed. */
  readonly gradients?: TensorsByName;
}

/** Adam (Kingma & Ba 2015), with the step size corrected for bias and epsilon outside, as TensorFlow and Keras have it. */
export interface AdamSettings {
  /** Name of the feed, a scalar, that holds the learning rate. */
  readonly learningRateFeed: string;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface CallInputs {
  /** Row indices, `rows` of them. */
  readonly rows?: Int32Array;
  readonly feeds?: Readonly<Record<string, Float32Array>>;
}

export type HostArrays = Record<string, Float32Array>;

/** Milliseconds that a call of a compiled program spent in three calls into the addon. */
export interface CallTimes {
  /** Handing feeds and row indices over. */
  readonly input: number;
  readonly run: number;
  /** Copying the outputs to the host. */
  readonly readBack: number;
}

/** A program that can be called. All state stays inside until read. */
export interface Program<Name extends string = string> {
  /** True where each call is one compiled graph. */
  readonly compiled: boolean;
  /** Calls a function and reads its outputs back. Throws a WhyconvError where inputs do not fit the definition. */
  run(name: Name, inputs: CallInputs): HostArrays;
  /** Copies of all variables, optimizer moments and the step count included: what a checkpoint needs. */
  readState(): HostArrays;
  /** Overwrites the named variables. Throws a WhyconvError, and writes nothing, where a name or a size is wrong. */
  writeState(values: Readonly<Record<string, Float32Array>>): void;
  /** Frees every tensor and graph; the program cannot be used after it. */
  dispose(): void;
}

/** Names of the optimizer's own state. A variable called `w` has its moments beside it. */
export const ADAM_STEP = 'adam/step';
export const momentNames = (variable: string): readonly [first: string, second: string] => [
  `${variable}/adam/m`,
  `${variable}/adam/v`,
];

/**
 * All variables of a program: those declared and, where some function has an optimizer, its moments for each of them.
 * Which ones a body really trains is known only when it has run; the state must have the same names however it runs.
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
