import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { MODELS, type ModelSpec, withDropout, withoutSharing } from '../../src/models/index.js';
import { Estimator, imagesOf } from '../../src/runs/estimate.js';
import type { RunRecord } from '../../src/training/index.js';
import { tinySpec } from '../training/fixtures.js';
import { finishedRun } from './fixtures.js';

const dataset = shapesDataset({ train: 1_000, test: 200, seed: 0 });
const split = { seed: 0, train: 600, validation: 300, test: null };
const spec = (model: ModelSpec = MODELS.small, maxEpochs = 10) =>
  tinySpec(dataset, { model, split, maxEpochs, patience: 5 });
const recordOf = (model: ModelSpec): RunRecord => finishedRun(spec(model)).record;

describe('estimates', () => {
  it('an estimate counts an image that is only evaluated as a third of one that is trained on', () => {
    // 10 epochs of 600; 300 validate after each; then 600, 300 and 200 are evaluated once.
    assert.ok(Math.abs(imagesOf(spec(), dataset) - (6_000 + (3_000 + 600 + 300 + 200) / 3)) < 1e-9);
    const all = { ...spec(), split: { ...split, train: null, test: 50 } };
    assert.ok(Math.abs(imagesOf(all, dataset) - (7_000 + (3_000 + 700 + 300 + 50) / 3)) < 1e-9);
  });

  it('an estimate takes the median speed of the network’s records on the engine, counting a thread as a core', () => {
    const record = (imagesPerSecond: number, change: Partial<RunRecord['provenance']> = {}): RunRecord => {
      const made = recordOf(MODELS.small);
      return { ...made, provenance: { ...made.provenance, threads: 1, imagesPerSecond, ...change } };
    };
    const records = [
      record(100),
      record(50),
      record(800, { threads: 2 }),
      record(1, { engine: 'native' }),
      recordOf(MODELS.big),
      { ...record(1), results: undefined },
    ];
    const { coreSeconds, basis } = new Estimator('wasm', records).estimate(spec(), dataset);
    assert.equal(basis, 'records');
    assert.ok(Math.abs(coreSeconds - imagesOf(spec(), dataset) / 100) < 1e-9);
  });

  it('an estimate without a record of the network uses its arithmetic, and grows with images and width', () => {
    for (const engine of ['native', 'wasm'] as const) {
      const estimator = new Estimator(engine, [recordOf(withDropout(MODELS.small, 0.5))]);
      const seconds = (model = MODELS.small, epochs = 10) => {
        const { coreSeconds, basis } = estimator.estimate(spec(model, epochs), dataset);
        assert.equal(basis, 'arithmetic');
        return coreSeconds;
      };
      assert.ok(seconds(MODELS.small, 20) > 1.9 * seconds());
      assert.ok(seconds(MODELS.medium) > 2 * seconds() && seconds(MODELS.extra_big) > 20 * seconds());
    }
  });

  it('an estimate by arithmetic is within a factor of two of what was measured, native, one core', () => {
    const measured: [ModelSpec, number][] = [
      [MODELS.baseline, 15_000],
      [MODELS.small, 7_600],
      [withoutSharing(MODELS.small), 3_000],
      [MODELS.medium, 3_600],
      [MODELS.big, 1_100],
      [MODELS.extra_big, 285],
    ];
    const estimator = new Estimator('native', []);
    for (const [model, imagesPerSecond] of measured) {
      const run = spec(model);
      const computed = imagesOf(run, dataset) / estimator.estimate(run, dataset).coreSeconds;
      assert.ok(
        computed > imagesPerSecond / 2 && computed < imagesPerSecond * 2,
        `${model.name}: ${computed}`,
      );
    }
  });
});
