import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { allOf, anyOf, holm } from '../../src/analysis/index.js';

const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });

describe('p-values of several hypotheses', () => {
  it('of all holding is the largest; of any holding, the smallest times their number', () => {
    assert.equal(allOf([0.01, 0.2, 0.03]), 0.2);
    assert.ok(Math.abs(anyOf([0.01, 0.2, 0.03]) - 0.03) < 1e-15);
    assert.equal(anyOf([0.6, 0.7]), 1);
  });

  it('are adjusted as in a table worked by hand', () => {
    // 0.01 × 4, 0.02 × 3, 0.03 × 2 raised to the 0.06 before it, 0.5.
    const adjusted = holm([0.03, 0.5, 0.01, 0.02]);
    for (const [i, expected] of [0.06, 0.5, 0.04, 0.06].entries())
      assert.ok(Math.abs(adjusted[i]! - expected) < 1e-12);
    assert.deepEqual(holm([]), []);
  });

  it('reject the same after adjustment as by Holm’s steps', () => {
    fc.assert(
      fc.property(ps, fc.constantFrom(0.05, 0.3), (values, level) => {
        const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
        const rejected = new Set<number>();
        for (const [step, index] of order.entries()) {
          if (values[index]! * (values.length - step) > level) break;
          rejected.add(index);
        }
        const adjusted = holm(values);
        for (const index of values.keys()) assert.equal(adjusted[index]! <= level, rejected.has(index));
      }),
    );
  });

  it('never fall below themselves, nor above Bonferroni’s, and keep their order', () => {
    fc.assert(
      fc.property(ps, (values) => {
        const adjusted = holm(values);
        for (const [i, value] of values.entries()) {
          assert.ok(adjusted[i]! >= value && adjusted[i]! <= Math.min(1, values.length * value) + 1e-12);
          for (const [j, other] of values.entries())
            if (value < other) assert.ok(adjusted[i]! <= adjusted[j]!);
        }
      }),
    );
  });
});
