import type { Precision } from '../engine/index.js';
import type { ModelSpec } from '../models/index.js';
import type { OptimizerSpec, RunSpec, TransformSpec } from '../training/index.js';
import type { Budget } from './profiles.js';

/**
 * The protocol of the study, one for every model: Adam at 1e-3, halved after two epochs without a better validation
 * loss, batches of 64, early stopping. Constants of Adam as in Keras.
 */
const OPTIMIZER: OptimizerSpec = {
  kind: 'adam',
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  schedule: { kind: 'reduceOnPlateau', factor: 0.5, patience: 2 },
};

const BATCH_SIZE = 64;

export interface RunChoice {
  /** SHA-256 of the dataset. */
  readonly dataset: string;
  readonly model: ModelSpec;
  readonly budget: Budget;
  readonly seed: number;
  readonly transform?: TransformSpec;
  readonly precision?: Precision | undefined;
}

/** The full spec of a run under the study's protocol. */
export function runSpec({
  dataset,
  model,
  budget,
  seed,
  transform = { kind: 'none' },
  precision = 'float32',
}: RunChoice): RunSpec {
  const { split, maxEpochs, patience } = budget;
  return {
    dataset,
    split,
    transform,
    model,
    optimizer: OPTIMIZER,
    batchSize: BATCH_SIZE,
    maxEpochs,
    patience,
    seed,
    precision,
  };
}
