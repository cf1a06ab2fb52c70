import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { train } from '../../src/training/index.js';
import { testTraining } from './cases/train.js';
import { tinySpec } from './fixtures.js';

testTraining(async () => (await startEngine('wasm')).name === 'wasm');

it('learns: a small CNN is far above chance on images it has not seen', async () => {
  await startEngine('wasm');
  const dataset = shapesDataset({ train: 1600, test: 200, seed: 0 });
  const base = tinySpec(dataset);
  const layers = [
    { kind: 'conv2d', filters: 8, kernelSize: 3, activation: 'relu' },
    { kind: 'maxPool2d', size: 4 },
    { kind: 'conv2d', filters: 16, kernelSize: 3, activation: 'relu' },
    { kind: 'maxPool2d', size: 2 },
    { kind: 'flatten' },
    { kind: 'dense', units: 32, activation: 'relu' },
    { kind: 'dense', units: 10, activation: 'linear' },
  ] as const;
  const { record } = await train(
    {
      ...base,
      model: { name: 'learner', inputShape: [32, 32, 3], layers },
      split: { seed: 0, train: 1500, validation: 100, test: 200 },
      optimizer: { ...base.optimizer, learningRate: 0.004, schedule: { kind: 'constant' } },
      batchSize: 16,
      maxEpochs: 5,
      patience: 5,
    },
    dataset,
  );
  const losses = record.history.map(({ trainLoss }) => trainLoss);
  assert.ok(losses.at(-1)! < losses[0]! - 0.5, losses.join(', '));
  // Chance is 0.1: 200 images drawn by chance are above 0.25 once in ten million times.
  const { accuracy } = record.results!.test;
  assert.ok(accuracy > 0.25, `test accuracy ${accuracy}`);
});
