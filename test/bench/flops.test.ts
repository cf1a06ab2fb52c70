import assert from 'node:assert/strict';
import { it } from 'node:test';
import { trainingFlops } from '../../src/bench/index.js';
import { MODELS } from '../../src/models/index.js';

it('counts the baseline by hand: three products a layer, two in the first', () => {
  // 2 operations * inputs * units: 3,145,728 (first), 262,144 and 5,120.
  assert.equal(trainingFlops(MODELS.baseline), 2 * 3_145_728 + 3 * (262_144 + 5_120));
});

it('counts the small network by hand', () => {
  // 2 * height * width * filters * 3 * 3 * channels in.
  const first = 2 * 32 * 32 * 8 * 9 * 3;
  const convolutions = [
    2 * 32 * 32 * 8 * 9 * 8,
    2 * 16 * 16 * 16 * 9 * 8,
    2 * 16 * 16 * 16 * 9 * 16,
    2 * 8 * 8 * 32 * 9 * 16,
  ];
  const dense = [2 * 32 * 128, 2 * 128 * 10];
  const others = [...convolutions, ...dense].reduce((sum, flops) => sum + flops);
  assert.equal(trainingFlops(MODELS.small), 2 * first + 3 * others);
  assert.equal(trainingFlops(MODELS.small), 11_533_824);
});
