import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Contrast, type ContrastTerm, contrast, formatContrast } from '../../src/analysis/index.js';
import { MODELS } from '../../src/models/index.js';
import { parseRunRecord } from '../../src/training/index.js';
import { madeRecord } from '../support/records.js';

/** A record whose test accuracy is `right` of `count`. */
const of = (right: number, count: number, seed = 0, model: keyof typeof MODELS = 'small') =>
  madeRecord({
    model: MODELS[model],
    seed,
    test: right / count,
    counts: { train: 100, validation: 100, test: count },
  });
const term = (weight: number, ...records: ContrastTerm['records']): ContrastTerm => ({
  weight,
  records,
  of: 'test',
});
const close = (found: Contrast, expected: readonly [number, number, number], digits = 5e-5) => {
  const values = [found.estimate, found.low, found.high];
  values.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= digits, `${values} is not ${expected}`);
  });
};

describe('contrast of one seed: over images', () => {
  it("gives Newcombe's (1998) published intervals, table II, method 10", () => {
    // 56/70 - 48/80, 9/10 - 3/10, 6/7 - 2/7, 5/56 - 0/29.
    const cases = [
      [56, 70, 48, 80, 0.0524, 0.3339],
      [9, 10, 3, 10, 0.1705, 0.809],
      [6, 7, 2, 7, 0.0582, 0.8062],
      [5, 56, 0, 29, -0.0381, 0.1926],
    ] as const;
    for (const [a, m, b, n, low, high] of cases) {
      const found = contrast([term(1, of(a, m)), term(-1, of(b, n, 0, 'big'))]);
      close(found, [a / m - b / n, low, high]);
      assert.deepEqual([found.seeds, found.interval], [1, 'images']);
    }
  });
  it("combines four terms by Zou & Donner's sum of squares, worked by hand", () => {
    // 50 of 100 each: Wilson 0.5 -+ 0.096168; four of them, weights -+1: 0 -+ sqrt(4) * 0.096168.
    const models = ['small', 'medium', 'big', 'extra_big'] as const;
    const terms = models.map((model, i) => term(i % 2 === 0 ? 1 : -1, of(50, 100, 0, model)));
    close(contrast(terms), [0, -0.192336, 0.192336], 1e-6);
  });
  it('one accuracy alone has the interval of Wilson', () => {
    // 10 of 100: (0.1 + 0.019207) / 1.038415 -+ 1.959964 / 1.038415 * sqrt(0.0009 + 0.000096036).
    close(contrast([term(1, of(10, 100))]), [0.1, 0.05523, 0.17437], 2e-5);
  });
  it('tells train minus validation of a record apart from its test', () => {
    const record = madeRecord({ train: 0.8, validation: 0.6, test: 0.1 });
    const found = contrast([
      { weight: 1, records: [record], of: 'train' },
      { weight: -1, records: [record], of: 'validation' },
    ]);
    assert.ok(Math.abs(found.estimate - 0.2) < 1e-12);
  });
});

describe('contrast of several seeds: over seeds', () => {
  it("is Student's t over the seeds' differences, worked by hand", () => {
    // Differences 0.02, 0.03, 0.04: mean 0.03, deviation 0.01, t(0.975, 2) = 4.302653, half 4.302653 * 0.01 / sqrt(3).
    const a = [0, 1, 2].map((seed) => of([620, 640, 660][seed]!, 1000, seed, 'big'));
    const b = [0, 1, 2].map((seed) => of([600, 610, 620][seed]!, 1000, seed));
    const found = contrast([term(1, ...a), term(-1, ...b)]);
    close(found, [0.03, 0.03 - 0.0248414, 0.03 + 0.0248414], 1e-7);
    assert.deepEqual([found.seeds, found.interval], [3, 'seeds']);
    // In whatever order the records come: seeds are paired by number.
    assert.deepEqual(contrast([term(1, ...a.toReversed()), term(-1, ...b)]).seeds, 3);
    close(
      contrast([term(1, ...a.toReversed()), term(-1, ...b)]),
      [found.estimate, found.low, found.high],
      1e-12,
    );
  });
  it('uses the seeds that all terms have, and no run that diverged', () => {
    const a = [of(60, 100, 0, 'big'), of(70, 100, 1, 'big'), of(80, 100, 2, 'big')];
    const gone = madeRecord({ seed: 2, diverged: true });
    const two = contrast([term(1, ...a), term(-1, of(50, 100, 0), of(50, 100, 1), gone)]);
    assert.deepEqual([two.seeds, two.interval], [2, 'seeds']);
    assert.ok(Math.abs(two.estimate - 0.15) < 1e-12);
    const one = contrast([term(1, ...a), term(-1, of(50, 100, 1), gone)]);
    assert.deepEqual([one.seeds, one.interval], [1, 'images']);
    assert.ok(Math.abs(one.estimate - 0.2) < 1e-12);
    assert.throws(() => contrast([term(1, ...a), term(-1, gone)]), /no seed has a run of every term/);
    assert.throws(() => contrast([]), RangeError);
    const twice = [of(50, 100, 1), of(50, 100, 1)];
    assert.equal(contrast([term(1, ...twice)]).seeds, 1, 'one seed told twice is one seed');
  });
});

describe('laws of contrasts', () => {
  const models = ['baseline', 'small', 'medium', 'big', 'extra_big'] as const;
  /** Terms of different models, one to four seeds. */
  const terms = fc
    .record({
      seeds: fc.integer({ min: 1, max: 4 }),
      parts: fc.array(
        fc.tuple(
          fc.constantFrom(-1, -0.5, 0.25, 1),
          fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 4, maxLength: 4 }),
        ),
        {
          minLength: 1,
          maxLength: models.length,
        },
      ),
    })
    .map(({ seeds, parts }) =>
      parts.map(([weight, rights], i) =>
        term(weight, ...rights.slice(0, seeds).map((right, seed) => of(right, 80, seed, models[i]!))),
      ),
    );
  const check = (law: (found: Contrast, terms: readonly ContrastTerm[]) => void) =>
    fc.assert(
      fc.property(terms, (some) => law(contrast(some), some)),
      { numRuns: 60 },
    );

  it('the estimate is the weighted sum of mean accuracies, and lies in its interval', () => {
    check((found, all) => {
      const sum = all.reduce(
        (total, { weight, records }) =>
          total +
          (weight * records.reduce((s, { results }) => s + results!.test.accuracy, 0)) / records.length,
        0,
      );
      assert.ok(Math.abs(found.estimate - sum) < 1e-12);
      assert.ok(found.low <= found.estimate && found.estimate <= found.high);
    });
  });
  it('turning every weight around turns the interval around', () => {
    check((found, all) => {
      const turned = contrast(all.map((one) => ({ ...one, weight: -one.weight })));
      close(turned, [-found.estimate, -found.high, -found.low], 1e-12);
    });
  });
  it('order of terms, terms of weight 0, even of other seeds, and a term in two halves change nothing', () => {
    check((found, all) => {
      const expected = [found.estimate, found.low, found.high] as const;
      close(contrast(all.toReversed()), expected, 1e-12);
      const nothing = contrast([term(0, of(3, 80, 77, 'big')), ...all]);
      assert.equal(nothing.seeds, found.seeds);
      close(nothing, expected, 1e-12);
      close(
        contrast(
          all.flatMap((one) => [
            { ...one, weight: one.weight / 2 },
            { ...one, weight: one.weight / 2 },
          ]),
        ),
        expected,
        1e-12,
      );
    });
  });
  it('weights scale the interval', () => {
    check((found, all) => {
      const twice = contrast(all.map((one) => ({ ...one, weight: 2 * one.weight })));
      close(twice, [2 * found.estimate, 2 * found.low, 2 * found.high], 1e-12);
    });
  });
  it('a term less a copy of itself is exactly nothing', () => {
    const record = of(30, 80);
    close(contrast([term(1, record), term(-1, record)]), [0, 0, 0], 0);
  });
});

describe('contrasts as text', () => {
  it('has signs, and none where the number rounds to 0', () => {
    const text = (estimate: number, low: number, high: number) =>
      formatContrast({ estimate, low, high, seeds: 1, interval: 'images', sd: null });
    assert.equal(text(0.031, -0.0123, 0.05), '+3.1 points [−1.2, +5.0]');
    assert.equal(text(-0.0004, -0.2, 0.0004), '0.0 points [−20.0, 0.0]');
  });
});

describe('records made up for tests', () => {
  it('are valid records', () => {
    for (const record of [madeRecord(), madeRecord({ diverged: true, seed: 3 })])
      assert.deepEqual(parseRunRecord(JSON.stringify(record), 'here'), { ...record });
  });
});
