import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imagesToReach, resultsByCondition, sampleEfficiency } from '../../src/analysis/index.js';
import { MODELS, withoutSharing } from '../../src/models/index.js';
import { madeRecord } from '../support/records.js';

const run = (train: number, test: number, seed = 0, model = MODELS.small) =>
  madeRecord({ model, test, seed, counts: { train, validation: 500, test: 10_000 } });
const curves = (...records: Parameters<typeof resultsByCondition>[0][]) =>
  sampleEfficiency(resultsByCondition(records.flatMap((some) => [...some])));

describe('accuracy against training-set size', () => {
  it('is one curve per network, from few images to many, seeds together', () => {
    const found = curves([
      run(1000, 0.3, 0, withoutSharing(MODELS.small)),
      run(1000, 0.4),
      run(100, 0.2, 0),
      run(100, 0.3, 1),
    ]);
    assert.deepEqual(
      found.map(({ points }) => points.map(({ condition, images }) => [condition.sharing, images])),
      [
        [[false, 1000]],
        [
          [true, 100],
          [true, 1000],
        ],
      ],
    );
    assert.equal(found[1]!.points[0]!.testAccuracy.mean, 0.25);
  });

  it('reaches an accuracy between two sizes, by the logarithm of the size', () => {
    const [curve] = curves([run(100, 0.2), run(10_000, 0.4), run(40_000, 0.38)]);
    assert.ok(curve);
    const half = imagesToReach(curve, 0.3);
    assert.ok(half && Math.abs(half.images - 1000) < 1e-6 && !half.atMost);
    assert.deepEqual(imagesToReach(curve, 0.1), { images: 100, atMost: true });
    assert.equal(Math.round(imagesToReach(curve, 0.4)!.images), 10_000);
    assert.equal(imagesToReach(curve, 0.41), null);
  });
});
