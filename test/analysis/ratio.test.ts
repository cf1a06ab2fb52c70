import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieller, type Ratio, ratioDifference } from '../../src/analysis/index.js';
import { random } from '../../src/base/random.js';

const ratio = (a: number, b: number, sd: number, covariance = 0): Ratio => ({
  numerator: { estimate: a, variance: sd ** 2 },
  denominator: { estimate: b, variance: sd ** 2 },
  covariance,
  df: 1000,
});
const close = (found: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);

describe('Fieller’s interval of a ratio', () => {
  it('ends where the numerator is t standard errors from the ratio times the denominator', () => {
    const found = fieller(ratio(3, 2, 0.4, 0.05), 2);
    assert.ok(found);
    for (const end of found) {
      const variance = 0.16 - 2 * end * 0.05 + end ** 2 * 0.16;
      close(Math.abs(3 - end * 2) / Math.sqrt(variance), 2);
    }
    assert.ok(found[0] < 1.5 && found[1] > 1.5);
  });

  it('is the numerator’s own where the denominator is known', () => {
    const exact = { ...ratio(3, 2, 0.4), denominator: { estimate: 2, variance: 0 } };
    const [low, high] = fieller(exact, 2)!;
    close(low, (3 - 0.8) / 2);
    close(high, (3 + 0.8) / 2);
  });

  it('is unbounded where the denominator may be 0', () => {
    assert.equal(fieller(ratio(3, 0.7, 0.4), 2), null);
    assert.notEqual(fieller(ratio(3, 0.9, 0.4), 2), null);
  });
});

describe('difference of two ratios', () => {
  it('covers the true one in about 95 % of samples, even where a denominator barely clears 0', () => {
    const rng = random(0, 'ratios');
    for (const sd of [0.01, 0.025]) {
      let [covered, usable] = [0, 0];
      for (let sample = 0; sample < 3000; sample++) {
        const drawn = (value: number) => value + sd * rng.normal();
        const found = ratioDifference(
          ratio(drawn(0.06), drawn(0.08), sd),
          ratio(drawn(0.02), drawn(0.06), sd),
        );
        if (!found) continue;
        usable++;
        covered += Number(found.low <= 0.75 - 1 / 3 && 0.75 - 1 / 3 <= found.high);
      }
      assert.ok(usable > 1000, `${usable} samples were usable at ${sd}`);
      assert.ok(covered / usable > 0.94, `${covered} of ${usable} covered at ${sd}`);
    }
  });

  it('has p-values that agree with the interval, and says nothing where a denominator may be 0', () => {
    const rng = random(1, 'ratios');
    for (let sample = 0; sample < 200; sample++) {
      const drawn = (value: number) => value + 0.01 * rng.normal();
      const found = ratioDifference(
        ratio(drawn(0.05), drawn(0.08), 0.01),
        ratio(drawn(0.04), drawn(0.08), 0.01),
      );
      if (!found) continue;
      assert.equal(found.low > 0, found.p.above < 0.025);
      assert.equal(found.high < 0, found.p.below < 0.025);
    }
    assert.equal(ratioDifference(ratio(0.05, 0.01, 0.01), ratio(0.04, 0.08, 0.01)), null);
    assert.equal(ratioDifference(ratio(0.05, -0.08, 0.01), ratio(0.04, 0.08, 0.01)), null);
  });

  it('changes sign with the order of its ratios', () => {
    const [a, b] = [ratio(0.06, 0.08, 0.01), ratio(0.02, 0.06, 0.01)];
    const [forward, backward] = [ratioDifference(a, b)!, ratioDifference(b, a)!];
    close(forward.low, -backward.high);
    close(forward.p.above, backward.p.below);
  });
});
