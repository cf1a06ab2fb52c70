import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { modelResult, summarize } from '../../src/bench/index.js';
import { requireComparable } from '../../src/bench/result.js';
import { refusal } from '../support/refusal.js';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
  minLength: 1,
});

describe('summarize', () => {
  it('takes the middle value, or the mean of the middle two, in any order', () => {
    assert.equal(summarize([5]).median, 5);
    assert.equal(summarize([9, 1, 10]).median, 9);
    assert.equal(summarize([4, 1, 100, 2]).median, 3);
    assert.equal(summarize([10, 9, 1, 100]).median, 9.5);
  });

  it('has at most half of the values on either side of the median, and all of them within the range', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const { median, min, max } = summarize(sample);
        assert.ok(sample.filter((value) => value < median).length <= sample.length / 2);
        assert.ok(sample.filter((value) => value > median).length <= sample.length / 2);
        assert.ok(sample.includes(min) && sample.includes(max));
        assert.ok(sample.every((value) => min <= value && value <= max));
      }),
    );
  });

  it('does not reorder its argument', () => {
    const sample = [3, 1, 2];
    summarize(sample);
    assert.deepEqual(sample, [3, 1, 2]);
  });

  it('throws if there are no values', () => {
    assert.throws(() => summarize([]), RangeError);
  });
});

const phases = { input: 1, run: 2, readBack: null };

/** A contender that ran at these speeds, in images per second, one per round. */
const measuredAt = (...speeds: number[]) => ({
  about: { ready: true as const, parameters: 7, versions: {} },
  timings: speeds.map((speed) => ({
    work: 2 * speed,
    seconds: 2,
    loss: 1,
    peakMemoryBytes: 5,
    phases,
  })),
});

describe('modelResult', () => {
  it('reports the median of the ratios within each round, not the ratio of the medians', () => {
    const measured = {
      ours: measuredAt(100, 50, 20),
      fit: measuredAt(1, 1, 1),
      keras: measuredAt(80, 100, 10),
      kerasTuned: measuredAt(10, 10, 10),
    };
    const { kerasRatio, contenders } = modelResult('small', measured, 1e9);
    assert.deepEqual(kerasRatio, { median: 1.25, min: 0.5, max: 2 });
    assert.deepEqual(contenders.ours.imagesPerSecond, { median: 50, min: 20, max: 100 });
    assert.deepEqual(contenders.keras!.rounds, [80, 100, 10]);
  });

  it('keeps its ratios when the whole machine is slower or faster in some rounds', () => {
    const rounds = fc.array(
      fc.record({
        ours: fc.integer({ min: 1, max: 1000 }),
        bf16: fc.integer({ min: 1, max: 1000 }),
        keras: fc.integer({ min: 1, max: 1000 }),
        kerasTuned: fc.integer({ min: 1, max: 1000 }),
        // Powers of two scale exactly in floating point.
        drift: fc.integer({ min: -4, max: 4 }).map((exponent) => 2 ** exponent),
      }),
      { minLength: 1, maxLength: 9 },
    );
    fc.assert(
      fc.property(rounds, (sample) => {
        const result = (drifts: boolean) => {
          const speeds = (name: 'ours' | 'bf16' | 'keras' | 'kerasTuned') =>
            measuredAt(...sample.map((round) => round[name] * (drifts ? round.drift : 1)));
          const [ours, bf16] = [speeds('ours'), speeds('bf16')];
          const others = { fit: ours, keras: speeds('keras'), kerasTuned: speeds('kerasTuned') };
          const { kerasRatio, bf16Ratio } = modelResult('small', { ours, bf16, ...others }, 1e9);
          return { kerasRatio, bf16Ratio };
        };
        assert.deepEqual(result(true), result(false));
      }),
    );
  });

  it('has no ratios to contenders that did not run', () => {
    const { kerasRatio, bf16Ratio } = modelResult('small', { ours: measuredAt(1), fit: measuredAt(1) }, 1e9);
    assert.deepEqual([kerasRatio, bf16Ratio], [null, null]);
  });
});

describe('requireComparable', () => {
  it('refuses contenders with different numbers of parameters', () => {
    const other = { ...measuredAt(1), about: { ready: true as const, parameters: 8, versions: {} } };
    assert.throws(
      () => requireComparable('small', { ours: measuredAt(1), fit: other }),
      refusal({ what: 'do not train the same network', where: 'small', found: 'ours 7, fit 8' }),
    );
  });

  it('refuses a contender whose loss is not a number', () => {
    const { about, timings } = measuredAt(1, 1);
    const diverged = { about, timings: [timings[0]!, { ...timings[1]!, loss: null }] };
    assert.throws(
      () => requireComparable('small', { ours: measuredAt(1), fit: diverged }),
      refusal({ what: 'does not train', where: 'small', found: 'fit' }),
    );
  });
});
