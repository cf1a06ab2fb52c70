import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  mean,
  pairedDifference,
  standardDeviation,
  summarize,
  wilsonInterval,
} from '../../src/analysis/statistics.js';
import { studentTCdf, studentTQuantile } from '../../src/analysis/student-t.js';

const close = (actual: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} ${actual} is not ${expected}`);

describe("Student's t", () => {
  it('has the quantiles of the printed tables', () => {
    const table: [p: number, df: number, t: number][] = [
      [0.975, 1, 12.706],
      [0.975, 2, 4.303],
      [0.975, 3, 3.182],
      [0.975, 4, 2.776],
      [0.975, 9, 2.262],
      [0.975, 30, 2.042],
      [0.95, 5, 2.015],
      [0.995, 2, 9.925],
      [0.995, 120, 2.617],
      [0.9, 1, 3.078],
    ];
    for (const [p, df, t] of table) close(studentTQuantile(p, df), t, 0.0005, `t(${p}, ${df})`);
  });

  it('has a distribution function whose slope is its density', () => {
    const logGamma = (df: number) => {
      // Gamma at half-integers and integers by recurrence from Gamma(1/2) and Gamma(1).
      let log = df % 2 === 1 ? Math.log(Math.sqrt(Math.PI)) : 0;
      for (let x = df % 2 === 1 ? 0.5 : 1; x < df / 2; x++) log += Math.log(x);
      return log;
    };
    const density = (t: number, df: number) =>
      Math.exp(logGamma(df + 1) - logGamma(df) - ((df + 1) / 2) * Math.log(1 + (t * t) / df)) /
      Math.sqrt(df * Math.PI);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: -6, max: 6, noNaN: true }), (df, t) => {
        const slope = (studentTCdf(t + 1e-5, df) - studentTCdf(t - 1e-5, df)) / 2e-5;
        close(slope, density(t, df), 1e-6);
      }),
    );
  });

  it('is undone by its quantile, and symmetric', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (df, p) => {
          close(studentTCdf(studentTQuantile(p, df), df), p, 1e-9);
          close(studentTQuantile(1 - p, df), -studentTQuantile(p, df), 1e-6);
        },
      ),
    );
    assert.throws(() => studentTQuantile(0.5, 1.5), RangeError);
    assert.throws(() => studentTQuantile(1, 3), RangeError);
  });
});

describe('summaries', () => {
  it('give mean, spread and interval of a worked example', () => {
    // 3 values, mean 2, sd 1: 2 ± 4.30265 / sqrt(3).
    const { n, mean: centre, sd, low, high } = summarize([1, 2, 3]);
    assert.deepEqual([n, centre, sd], [3, 2, 1]);
    close(low!, 2 - 2.48414, 1e-5);
    close(high!, 2 + 2.48414, 1e-5);
  });
  it('of one value claim no spread', () => {
    assert.deepEqual(summarize([0.7]), { n: 1, mean: 0.7, sd: null, low: null, high: null });
    assert.throws(() => mean([]), RangeError);
    assert.throws(() => standardDeviation([1]), RangeError);
  });
  it('of paired differences do not see what the pairs share', () => {
    const { mean: centre, sd } = pairedDifference([10.5, 20.5, 30.5], [10, 20, 30]);
    assert.deepEqual([centre, sd], [0.5, 0]);
    assert.throws(() => pairedDifference([1], [1, 2]), RangeError);
  });
  it('cover the true mean of normal samples 95 times in 100', () => {
    const { random } = require('../../src/base/random.js') as typeof import('../../src/base/random.js');
    const stream = random(1, 'coverage');
    let covered = 0;
    for (let i = 0; i < 4000; i++) {
      const { low, high } = summarize([stream.normal(), stream.normal(), stream.normal()]);
      covered += Number(low! <= 0 && 0 <= high!);
    }
    close(covered / 4000, 0.95, 0.012);
  });
});

describe("Wilson's interval", () => {
  it('is that of published examples', () => {
    // Newcombe (1998), table I: 81 of 263 and 0 of 20.
    const { low, high } = wilsonInterval(81, 263);
    close(low, 0.2553, 5e-5);
    close(high, 0.3662, 5e-5);
    const none = wilsonInterval(0, 20);
    assert.equal(none.low, 0);
    close(none.high, 0.1611, 5e-5);
  });
  it('holds its estimate and stays within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const { estimate, low, high } = wilsonInterval(Math.round(n * share), n);
          assert.ok(low >= 0 && low <= estimate + 1e-12 && estimate <= high + 1e-12 && high <= 1);
        },
      ),
    );
    assert.throws(() => wilsonInterval(3, 2), RangeError);
  });
});
