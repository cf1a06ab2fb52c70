import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { intervalOf, studentTCdf, studentTQuantile } from '../../src/analysis/index.js';

const part = (variance: number, df: number) => ({ of: 'seeds', variance, df }) as const;
const close = (found: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);

describe('interval of an estimate', () => {
  it('has the degrees of freedom of Satterthwaite, rounded down', () => {
    // (4 + 1)² / (4² / 3 + 1² / 9) = 25 / 5.444 = 4.59
    assert.equal(intervalOf(1, [part(4, 3), part(1, 9)]).df, 4);
    // One part alone keeps its own; equal parts of equal df add them up.
    assert.equal(intervalOf(1, [part(4, 7)]).df, 7);
    assert.equal(intervalOf(1, [part(4, 7), part(4, 7)]).df, 14);
    assert.equal(intervalOf(1, [part(4, Number.POSITIVE_INFINITY)]).df, 1000);
  });

  it('reaches the 97.5 % quantile of Student’s t times the standard error to each side', () => {
    const { se, low, high } = intervalOf(1, [part(4, 3), part(1, 9)]);
    close(se, Math.sqrt(5));
    close(high - 1, studentTQuantile(0.975, 4) * Math.sqrt(5));
    close(1 - low, high - 1);
  });

  it('has p-values that are the tails of Student’s t beyond 0', () => {
    const { p } = intervalOf(3, [part(1, 5)]);
    close(p.above, 1 - studentTCdf(3, 5), 1e-12);
    close(p.below, studentTCdf(3, 5), 1e-12);
    assert.ok(intervalOf(1000, [part(1, 900)]).p.above >= 0);
  });

  it('is refused without variance', () => {
    assert.throws(() => intervalOf(1, []), RangeError);
    assert.throws(() => intervalOf(1, [part(0, 3)]), /without variance/);
  });
});
