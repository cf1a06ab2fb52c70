import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measuredContrast } from '../../src/analysis/index.js';

const options = { assumedDeviation: 0.02, answers: 0 };
const close = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);

describe('something measured on trained networks', () => {
  it('varies over its seeds and over the images they share', () => {
    const found = measuredContrast(
      [0.1, 0.12, 0.14].map((mean, seed) => ({ seed, mean, sd: 0.3, n: 100 })),
      options,
    );
    close(found.estimate, 0.12);
    close(found.parts[0]!.variance, 0.02 ** 2 / 3);
    close(found.parts[1]!.variance, (0.09 * 99) / (101 * 102));
    assert.deepEqual([found.parts[0]!.df, found.spread], [2, 'measured']);
  });

  it('of one seed has a spread that is assumed', () => {
    const found = measuredContrast([{ seed: 4, mean: 0.1, sd: 0.3, n: 100 }], options);
    close(found.parts[0]!.variance, 0.02 ** 2);
    assert.deepEqual([found.bySeed, found.spread], [[{ seed: 4, value: 0.1 }], 'assumed']);
  });

  it('has an interval where all networks and images agree, as answers may turn out otherwise', () => {
    const same = [0, 1].map((seed) => ({ seed, mean: 0, sd: 0, n: 4 }));
    const found = measuredContrast(same, { ...options, answers: 2 });
    close(found.se ** 2, 1 / (5 * 6));
    assert.throws(() => measuredContrast(same, options), RangeError);
  });
});
