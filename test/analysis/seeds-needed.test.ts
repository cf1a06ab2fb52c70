import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Contrast, seedsToSettle, studentTQuantile } from '../../src/analysis/index.js';

const found = (estimate: number, sd: number | null): Contrast => ({
  estimate,
  sd,
  low: -1,
  high: 1,
  seeds: sd === null ? 1 : 3,
  interval: sd === null ? 'images' : 'seeds',
});

describe('seeds that would settle a contrast', () => {
  it('are the fewest whose interval excludes 0, counted up one by one', () => {
    for (const ratio of [0.3, 0.5, 1, 2, 5, 12]) {
      let n = 2;
      while ((studentTQuantile(0.975, n - 1) * ratio) / Math.sqrt(n) >= 1) n++;
      assert.equal(seedsToSettle(found(0.01, 0.01 * ratio)), Math.max(3, n), `sd ${ratio} times the mean`);
      assert.equal(seedsToSettle(found(-0.01, 0.01 * ratio)), Math.max(3, n));
    }
  });
  it('are three where one seed shows no spread, and none where the mean is lost in it', () => {
    assert.equal(seedsToSettle(found(0.01, null)), 3);
    assert.equal(seedsToSettle(found(0, 0.01)), null);
    assert.equal(seedsToSettle(found(0.001, 0.05)), null);
  });
});
