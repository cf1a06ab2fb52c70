import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Dataset, shapesDataset } from '../../src/data/index.js';
import type { ModelSpec } from '../../src/models/index.js';
import type { EpochRecord, RunRecord, RunSpec } from '../../src/training/index.js';

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'whyconv-training-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A network that has every kind of layer of the study's CNNs and trains in a moment. */
export const tinyCnn: ModelSpec = {
  name: 'tiny',
  inputShape: [32, 32, 3],
  layers: [
    { kind: 'conv2d', filters: 2, kernelSize: 3, activation: 'relu' },
    { kind: 'maxPool2d', size: 4 },
    { kind: 'conv2d', filters: 4, kernelSize: 3, activation: 'relu' },
    { kind: 'globalAveragePool2d' },
    { kind: 'dense', units: 8, activation: 'relu' },
    { kind: 'dropout', rate: 0.3 },
    { kind: 'dense', units: 10, activation: 'linear' },
  ],
};

export const smallSet = (): Dataset => shapesDataset({ train: 120, test: 40, seed: 0 });

/** A run of `tinyCnn` on 80 of the dataset's images: 5 batches an epoch. */
export function tinySpec(dataset: Dataset, change: Partial<RunSpec> = {}): RunSpec {
  return {
    dataset: dataset.fingerprint,
    split: { seed: 0, train: 80, validation: 30, test: 20 },
    transform: { kind: 'none' },
    augmentation: { kind: 'none' },
    model: tinyCnn,
    optimizer: {
      kind: 'adam',
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
      schedule: { kind: 'reduceOnPlateau', factor: 0.5, patience: 1 },
    },
    batchSize: 16,
    maxEpochs: 4,
    patience: 4,
    labelSmoothing: 0,
    seed: 0,
    precision: 'float32',
    ...change,
  };
}

/** A history of these validation losses. */
export const historyOf = (losses: readonly number[]): EpochRecord[] =>
  losses.map((validationLoss, i) => ({
    epoch: i + 1,
    learningRate: 0.001,
    trainLoss: 1,
    trainAccuracy: 0.5,
    validationLoss,
    validationAccuracy: 0.5,
    trainSeconds: 1,
    seconds: 2,
  }));

/** What must be the same when a run is done again: all but clocks and machine. */
export function reproducible({ spec, key, status, parameters, history, results }: RunRecord) {
  const timeless = history.map(({ trainSeconds: _, seconds: __, ...epoch }) => epoch);
  return { spec, key, status, parameters, history: timeless, results };
}
