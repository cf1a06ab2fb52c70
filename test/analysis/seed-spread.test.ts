import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ASSUMED_SEED_DEVIATION,
  type ConditionResult,
  resultsByCondition,
  seedSpread,
  varianceOf,
} from '../../src/analysis/index.js';
import { MODELS, type ModelName } from '../../src/models/index.js';
import type { ProtocolName } from '../../src/study/index.js';
import type { RunRecord } from '../../src/training/index.js';
import { type MadeRun, madeRecord } from '../support/records.js';

/** Runs with given test accuracies, one per seed; train accuracy is 0.1 above each, validation accuracy always the same. */
function runs(tests: readonly number[], made: MadeRun = {}): ConditionResult {
  const counts = { train: 1000, validation: 100, test: 1000 };
  return resultsByCondition(
    tests.map((test, seed) =>
      madeRecord({ model: MODELS.small, counts, ...made, seed, test, train: test + 0.1 }),
    ),
  )[0]!;
}
const model = (name: ModelName) => ({ model: MODELS[name] });
const protocol = (name: ProtocolName) => ({ protocol: name });
const counts = (train: number) => ({ counts: { train, validation: 100, test: 1000 } });

const TEST = [0, 0, 1] as const;
const close = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);

describe('spread between seeds', () => {
  it('is the variance within conditions, pooled by their degrees of freedom', () => {
    // Squares around the means: 0.0002 with 2 degrees of freedom, 0.0008 with 1.
    const results = [runs([0.5, 0.51, 0.52]), runs([0.6, 0.64], model('big'))];
    const spread = seedSpread(results)(results[0]!);
    close(varianceOf(TEST, spread), 0.001 / 3);
    assert.deepEqual([spread.df, spread.source], [3, 'measured']);
  });

  it('has the covariances of train, validation and test accuracy', () => {
    const result = runs([0.5, 0.52]);
    const spread = seedSpread([result])(result);
    close(varianceOf([1, 0, 0], spread), 0.0002);
    close(varianceOf([1, 0, -1], spread), 0);
    close(varianceOf([1, 0, 1], spread), 0.0008);
    close(varianceOf([0, 1, 0], spread), 0);
  });

  it('takes networks of one’s own for what they are, also where a condition in words calls them the same', () => {
    const linear = {
      ...MODELS.small,
      layers: MODELS.small.layers.map((layer) =>
        layer.kind === 'conv2d' ? { ...layer, activation: 'linear' as const } : layer,
      ),
    };
    const unpooled = {
      ...MODELS.small,
      layers: MODELS.small.layers.filter(({ kind }) => kind !== 'maxPool2d'),
    };
    const results = [runs([0.6]), runs([0.4], { model: linear }), runs([0.5], { model: unpooled })];
    assert.equal(seedSpread(results)(results[0]!).source, 'assumed', 'one run of each says nothing of seeds');
  });

  it('is estimated from comparable conditions only', () => {
    const own = runs([0.5, 0.5, 0.5]);
    const others = [
      runs([0.3, 0.4], model('baseline')),
      runs([0.3, 0.4], protocol('replication')),
      runs([0.3, 0.4], { precision: 'bf16' }),
      runs([0.3, 0.4], counts(16_000)),
    ];
    const spread = seedSpread([own, ...others]);
    for (const other of others) close(varianceOf(TEST, spread(other)), 0.005);
    close(varianceOf(TEST, spread(own)), 0);
    const alike = runs([0.3, 0.4], { ...counts(1500), block: 8 });
    close(varianceOf(TEST, seedSpread([own, alike])(own)), 0.005 / 3);
  });

  it('without two seeds of a comparable condition is that of recorded runs, and else assumed', () => {
    const one = runs([0.5]);
    const assumed = seedSpread([one])(one);
    close(varianceOf(TEST, assumed), ASSUMED_SEED_DEVIATION ** 2);
    close(varianceOf([1, 0, -1], assumed), 2 * ASSUMED_SEED_DEVIATION ** 2);
    assert.deepEqual([assumed.source, assumed.df], ['assumed', Number.POSITIVE_INFINITY]);
    const elsewhere = runs([0.5, 0.54], model('big'));
    const onOtherData = {
      ...elsewhere,
      condition: { ...elsewhere.condition, dataset: 'f'.repeat(64) },
    };
    const recorded = seedSpread([one], [onOtherData])(one);
    assert.deepEqual([recorded.source, recorded.df], ['recorded', 1]);
    close(varianceOf(TEST, recorded), 0.0008);
    const slower = seedSpread([one], [runs([0.5, 0.54], protocol('replication'))])(one);
    assert.equal(slower.source, 'assumed');
  });

  it('pools recorded runs of the same data with the others, each run once', () => {
    const own = runs([0.5, 0.52]);
    const more = runs([0.5, 0.52, 0.54]);
    const spread = seedSpread([own], [more, runs([0.6, 0.62], model('big'))])(own);
    // 0.0008 with 2 degrees of freedom, and 0.0002 with 1.
    assert.deepEqual([spread.df, spread.source], [3, 'measured']);
    close(varianceOf(TEST, spread), 0.001 / 3);
  });

  it('is not moved by runs that diverged', () => {
    const records: RunRecord[] = [
      ...runs([0.5, 0.52]).records,
      madeRecord({ seed: 2, diverged: true, counts: { train: 1000, validation: 100, test: 1000 } }),
    ];
    const results = resultsByCondition(records);
    assert.equal(seedSpread(results)(results[0]!).df, 1);
  });
});
