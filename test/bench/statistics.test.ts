import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { median, range } from '../../src/bench/index.js';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
  minLength: 1,
});

describe('median', () => {
  it('is the middle, or the mean of the two in the middle, whatever the order', () => {
    assert.equal(median([5]), 5);
    assert.equal(median([9, 1, 10]), 9);
    assert.equal(median([4, 1, 100, 2]), 3);
    assert.equal(median([10, 9, 1, 100]), 9.5);
  });

  it('has as many values on either side', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const middle = median(sample);
        const half = sample.length / 2;
        assert.ok(sample.filter((value) => value < middle).length <= half);
        assert.ok(sample.filter((value) => value > middle).length <= half);
      }),
    );
  });

  it('leaves its argument as it was', () => {
    const sample = [3, 1, 2];
    median(sample);
    assert.deepEqual(sample, [3, 1, 2]);
  });
});

describe('range', () => {
  it('is attained and holds every value', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const { min, max } = range(sample);
        assert.ok(sample.includes(min) && sample.includes(max));
        assert.ok(sample.every((value) => min <= value && value <= max));
      }),
    );
  });
});

it('no values have neither median nor range', () => {
  assert.throws(() => median([]), RangeError);
  assert.throws(() => range([]), RangeError);
});
