import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Contrast, intervalOf } from '../../src/analysis/index.js';
import { random } from '../../src/base/random.js';
import { seedsNeeded } from '../../src/claims/seeds-needed.js';

/** A contrast of three seeds with a variance of one run, and one over images. */
function contrast(
  estimate: number,
  perSeed: number,
  images: number,
  df = Number.POSITIVE_INFINITY,
): Contrast {
  const parts = [
    { of: 'seeds' as const, variance: perSeed / 3, df },
    { of: 'images' as const, variance: images, df: 10_000 },
  ];
  const bySeed = [0, 1, 2].map((seed) => ({ seed, value: estimate }));
  return { ...intervalOf(estimate, parts), bySeed, spread: 'measured' };
}

describe('seeds that would settle a contrast', () => {
  it('give it a power of 80 % by simulation, and one seed less does not', () => {
    const needed = seedsNeeded(contrast(0.01, 0.014 ** 2, 0.002 ** 2), 0.05)!;
    const power = (seeds: number) => {
      const rng = random(seeds, 'power');
      const sd = Math.sqrt(0.014 ** 2 / seeds + 0.002 ** 2);
      let found = 0;
      for (let i = 0; i < 20_000; i++) found += Number(0.01 + sd * rng.normal() > 1.96 * sd);
      return found / 20_000;
    };
    assert.ok(power(needed) > 0.79, `${needed} seeds: ${power(needed)}`);
    assert.ok(power(needed - 1) < 0.81);
  });

  it('are more for a stricter level and for a spread that is badly known', () => {
    const [usual, strict] = [0.05, 0.05 / 13].map((level) => seedsNeeded(contrast(0.01, 2e-4, 1e-6), level)!);
    assert.ok(strict! > usual!);
    assert.ok(
      seedsNeeded(contrast(0.02, 2e-4, 1e-6, 1), 0.05)! > seedsNeeded(contrast(0.02, 2e-4, 1e-6), 0.05)!,
    );
  });

  it('are at least two, and none where the images are what is missing', () => {
    assert.equal(seedsNeeded(contrast(0.5, 1e-4, 1e-6), 0.05), 2);
    assert.equal(seedsNeeded(contrast(-0.5, 1e-4, 1e-6), 0.05), 2);
    assert.equal(seedsNeeded(contrast(0.005, 1e-4, 0.005 ** 2), 0.05), null);
    assert.equal(seedsNeeded(contrast(0, 1e-4, 1e-6), 0.05), null);
  });
});
