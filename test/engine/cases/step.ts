import { random } from '../../../src/base/random.js';
import { shapesDataset } from '../../../src/data/index.js';
import {
  type CallInputs,
  currentEngine,
  type HostArrays,
  type ProgramDefinition,
} from '../../../src/engine/index.js';
import { MODELS, type ModelName, type ModelSpec } from '../../../src/models/index.js';
import {
  dropoutLayers,
  dropoutMasks,
  type RunSpec,
  shardsOf,
  trainingProgram,
} from '../../../src/training/index.js';

/** Images in the table of these programs. */
export const TABLE_ROWS = 20;

/** A run's spec with the protocol's optimizer; fields that the training program does not use are minimal. */
export function stepSpec(model: ModelSpec, batchSize: number): RunSpec {
  return {
    dataset: '0'.repeat(64),
    split: { seed: 0, train: null, validation: 1, test: null },
    transform: { kind: 'none' },
    augmentation: { kind: 'none' },
    model,
    optimizer: {
      kind: 'adam',
      learningRate: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
      schedule: { kind: 'constant' },
    },
    batchSize,
    maxEpochs: 1,
    patience: 1,
    labelSmoothing: 0,
    seed: 5,
    precision: 'float32',
  };
}

/** The study's training program on a few synthetic shapes. */
export function stepProgram(spec: RunSpec): ProgramDefinition<'train' | 'evaluate'> {
  return trainingProgram(
    spec,
    shapesDataset({ train: TABLE_ROWS, test: 1, seed: 3 }).train,
    shardsOf(currentEngine()),
  );
}

/** A generator of inputs for successive steps, the same on every engine. */
export function stepInputs(spec: RunSpec, rate = spec.optimizer.learningRate): () => CallInputs {
  const rng = random(spec.seed, 'rows');
  const masks = dropoutMasks(dropoutLayers(spec.model, spec.batchSize), spec.seed, 1);
  return () => ({
    rows: Int32Array.from({ length: spec.batchSize }, () => rng.integer(0, TABLE_ROWS - 1)),
    feeds: { learningRate: Float32Array.of(rate), ...masks() },
  });
}

/** The training step with gradients as outputs named `gradient/<variable>`, instead of an update. */
export function gradientProgram(spec: RunSpec): ProgramDefinition<'gradients'> {
  const { variables, tables, functions } = stepProgram(spec);
  const { adam: _, ...train } = functions.train;
  return {
    variables,
    tables,
    functions: {
      gradients: {
        ...train,
        body(state, inputs) {
          const { outputs, gradients = {} } = functions.train.body(state, inputs);
          const named = Object.entries(gradients).map(([name, tensor]) => [`gradient/${name}`, tensor]);
          return { outputs: { ...outputs, ...Object.fromEntries(named) } };
        },
      },
    },
  };
}

/** The five models, with batches small enough for a fast test. */
export const STEP_CASES: readonly (readonly [ModelName, number])[] = [
  ['baseline', 8],
  ['small', 8],
  ['medium', 8],
  ['big', 8],
  ['extra_big', 4],
];

export const stepCase = ([name, batch]: readonly [ModelName, number]): RunSpec =>
  stepSpec(MODELS[name], batch);

/** All arrays concatenated, in the order of their names. */
export function joined(arrays: HostArrays): Float32Array {
  return Float32Array.from(
    Object.keys(arrays)
      .sort()
      .flatMap((name) => [...arrays[name]!]),
  );
}
