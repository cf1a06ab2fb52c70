import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integer, meanPercent, orDash, percent, points, summarize } from '../../src/index.js';

describe('numbers as notebooks print them', () => {
  it('shares in percent, to as many digits as asked for', () => {
    assert.deepEqual([percent(0.79264), percent(1), percent(0.921568, 2)], ['79.3 %', '100.0 %', '92.16 %']);
  });
  it('differences in points with a true sign, and none where they round to nothing', () => {
    assert.deepEqual(
      [points(0.021), points(-0.1234), points(-0.0004), points(0), points(0.00123, 2)],
      ['+2.1 points', '−12.3 points', '0.0 points', '0.0 points', '+0.12 points'],
    );
  });
  it('counts with separators', () => {
    assert.deepEqual([integer(1_707_274), integer(999.6), integer(0)], ['1,707,274', '1,000', '0']);
  });
  it('means with half their interval where there is one', () => {
    assert.equal(meanPercent(summarize([0.793])), '79.3 %');
    // 0.60, 0.62, 0.64: half 4.302653 * 0.02 / sqrt(3) = 0.0497.
    assert.equal(meanPercent(summarize([0.6, 0.62, 0.64])), '62.0 % ± 5.0');
  });
  it('a dash for what there is none of, but not for 0', () => {
    const format = (value: number) => value.toFixed(1);
    assert.deepEqual([orDash(null, format), orDash(undefined, format), orDash(0, format)], ['–', '–', '0.0']);
  });
});
