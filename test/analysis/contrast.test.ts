import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type ConditionResult,
  type Contrast,
  type ContrastTerm,
  contrast,
  formatContrast,
  formatPoints,
  type Part,
  resultsByCondition,
  type SeedSpread,
  seedSpread,
  studentTQuantile,
  term,
} from '../../src/analysis/index.js';
import { MODELS, type ModelName } from '../../src/models/index.js';
import { type Evaluation, packBits, parseRunRecord, type RunRecord } from '../../src/training/index.js';
import { madeRecord } from '../support/records.js';

/** The record with given answers to the images of a part: 1 is right. */
function answering(record: RunRecord, part: Part, answers: readonly number[]): RunRecord {
  const right = answers.reduce((sum, answer) => sum + answer, 0);
  const evaluation: Evaluation = {
    ...record.results![part],
    count: answers.length,
    accuracy: right / answers.length,
    correct: packBits(answers.map((answer) => answer === 1)),
  };
  return { ...record, results: { ...record.results!, [part]: { ...record.results![part], ...evaluation } } };
}

/** Runs of a network, one per seed, with given answers to the test images. */
function runs(model: ModelName, answers: readonly (readonly number[])[]): ConditionResult {
  const counts = { train: 100, validation: 100, test: answers[0]!.length };
  const records = answers.map((found, seed) =>
    answering(madeRecord({ model: MODELS[model], seed, counts }), 'test', found),
  );
  return resultsByCondition(records)[0]!;
}

/** A spread that is known: independent accuracies of this standard deviation. */
const known =
  (deviation: number, df = Number.POSITIVE_INFINITY): SeedSpread =>
  () => ({
    covariance: [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? deviation ** 2 : 0))) as never,
    df,
    source: 'recorded',
    class: 'all',
  });

const varianceOf = ({ parts }: Contrast, of: 'seeds' | 'images') =>
  parts.filter((part) => part.of === of).reduce((sum, { variance }) => sum + variance, 0);
const close = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);
const repeated = (times: readonly number[], values: readonly number[]) =>
  values.flatMap((value, i) => new Array<number>(times[i]!).fill(value));

describe('variance over images', () => {
  it('is that of a paired difference for two networks: Agresti (2002), table 10.1, approval of a prime minister', () => {
    // 794 approve twice, 150 only at first, 86 only then, 570 never: the difference has a standard error of 0.0095.
    const times = [794, 150, 86, 570];
    const first = runs('big', [repeated(times, [1, 1, 0, 0])]);
    const second = runs('small', [repeated(times, [1, 0, 1, 0])]);
    const found = contrast([term(second, 1), term(first, -1)], known(0));
    close(found.estimate, (86 - 150) / 1600, 1e-12);
    close(found.se, 0.0095, 1e-4);
    close(found.low, -0.059, 5e-4);
  });

  it('adds half an image for each way the answers may turn out, as Agresti and Min (2005) do', () => {
    const times = [4, 3, 1, 2];
    const a = runs('big', [repeated(times, [1, 1, 0, 0])]);
    const b = runs('small', [repeated(times, [1, 0, 1, 0])]);
    // b* = 3.5, c* = 1.5, n* = 12: the squares around the mean of the ten images are 4 - 0.4 = 3.6, and one is added.
    close(varianceOf(contrast([term(a, 1), term(b, -1)], known(0)), 'images'), (3.6 + 1) / (11 * 12), 1e-12);
  });

  it('is positive for networks that agree on every image, so that no interval has zero width', () => {
    const answers = repeated([60, 40], [1, 0]);
    const found = contrast([term(runs('big', [answers]), 1), term(runs('small', [answers]), -1)], known(0));
    assert.equal(found.estimate, 0);
    assert.ok(found.low < 0 && found.high > 0);
  });

  it('is that of the weighted sum of mean answers, image by image, for any weights and several seeds', () => {
    const answersOf = (shift: number) =>
      [0, 1].map((seed) =>
        Array.from({ length: 50 }, (_, i) => Number((i * 7 + shift * 3 + seed * 5) % 11 < 6)),
      );
    const all = [answersOf(1), answersOf(2), answersOf(5)];
    const weights = [1, -0.4, 2];
    const models = ['small', 'medium', 'big'] as const;
    const terms = all.map((answers, c) => term(runs(models[c]!, answers), weights[c]!));
    const sums = Array.from({ length: 50 }, (_, i) =>
      all.reduce((sum, [one, two], c) => sum + (weights[c]! * (one![i]! + two![i]!)) / 2, 0),
    );
    const center = sums.reduce((a, b) => a + b) / 50;
    const squares = sums.reduce((total, sum) => total + (sum - center) ** 2, 0);
    const found = contrast(terms, known(0));
    close(found.estimate, center, 1e-12);
    close(varianceOf(found, 'images'), (squares + (1 + 0.16 + 4) / 2) / (51 * 52), 1e-12);
  });

  it('adds up over train and validation images, which are different ones', () => {
    const answers = repeated([70, 30], [1, 0]);
    const record = answering(
      answering(madeRecord({ counts: { train: 100, validation: 100, test: 10 } }), 'train', answers),
      'validation',
      answers,
    );
    const [result] = resultsByCondition([record]);
    const gap = contrast([term(result!, 1, 'train'), term(result!, -1, 'validation')], known(0));
    const alone = contrast([term(result!, 1, 'train')], known(0));
    close(varianceOf(gap, 'images'), 2 * varianceOf(alone, 'images'), 1e-15);
    assert.equal(gap.parts.filter(({ of }) => of === 'images').length, 2);
  });

  it('of training subsets, which vary with the seed, is a mean over seeds; of all training images it is one of the mean', () => {
    const opposite = [repeated([50, 50], [1, 0]), repeated([50, 50], [0, 1])];
    const made = (subset: boolean) =>
      resultsByCondition(
        opposite.map((answers, seed) => {
          const record = madeRecord({ seed, counts: { train: 100, validation: 10, test: 10 } });
          const split = { ...record.spec.split, train: subset ? 100 : null };
          return answering({ ...record, spec: { ...record.spec, split } }, 'train', answers);
        }),
      )[0]!;
    const variance = (subset: boolean) =>
      varianceOf(contrast([term(made(subset), 1, 'train')], known(0)), 'images');
    // Every image is right once: all that is left of the mean's variance is half an image's square.
    close(variance(false), 0.5 / (101 * 102), 1e-15);
    close(variance(true), (25 + 0.5) / (101 * 102), 1e-15);
  });
});

describe('variance over seeds', () => {
  const answers = (right: number) => repeated([right, 1000 - right], [1, 0]);

  it('is w² times the variance of a run over the number of seeds, summed over conditions', () => {
    const a = runs('big', [answers(700), answers(710), answers(720)]);
    const b = runs('small', [answers(600), answers(605), answers(610)]);
    const found = contrast([term(a, 1), term(b, -2)], known(0.01));
    close(varianceOf(found, 'seeds'), ((1 + 4) * 0.01 ** 2) / 3, 1e-15);
    close(found.estimate, 0.71 - 2 * 0.605, 1e-12);
    const values = found.bySeed.map(({ seed, value }) => [seed, Number(value.toFixed(6))]);
    assert.deepEqual(values, [
      [0, -0.5],
      [1, -0.5],
      [2, -0.5],
    ]);
  });

  it('knows that the accuracies of one run vary together', () => {
    // Train and test accuracy of each run are equally far from their means: the gap does not vary at all.
    const records = [0.5, 0.52, 0.54].map((test, seed) =>
      madeRecord({ seed, test, train: test + 0.2, counts: { train: 1000, validation: 100, test: 1000 } }),
    );
    const results = resultsByCondition(records);
    const spread = seedSpread(results);
    const gap = contrast([term(results[0]!, 1, 'train'), term(results[0]!, -1, 'test')], spread);
    close(varianceOf(gap, 'seeds'), 0, 1e-15);
    close(varianceOf(contrast([term(results[0]!, 1)], spread), 'seeds'), 0.02 ** 2 / 3, 1e-12);
  });

  it('with one seed comes from elsewhere, and the contrast says so', () => {
    const one = runs('big', [answers(700)]);
    const other = runs('small', [answers(600)]);
    const found = contrast([term(one, 1), term(other, -1)], known(0.02));
    close(varianceOf(found, 'seeds'), 2 * 0.02 ** 2, 1e-15);
    assert.equal(found.spread, 'recorded');
    const assumed = contrast([term(one, 1), term(other, -1)], seedSpread([one, other]));
    close(varianceOf(assumed, 'seeds'), 2 * 0.01 ** 2, 1e-15);
    assert.equal(assumed.spread, 'assumed');
  });

  it('with few degrees of freedom makes the interval as wide as Student’s t says', () => {
    const a = runs('big', [answers(700), answers(740)]);
    const found = contrast([term(a, 1)], known(1, 1));
    // The images' part is nothing next to the seeds': t with 1 degree of freedom.
    assert.equal(found.df, 1);
    close(found.high - found.estimate, studentTQuantile(0.975, 1) * found.se, 1e-9);
  });

  it('is over the seeds that all conditions finished', () => {
    const a = runs('big', [answers(700), answers(800), answers(900)]);
    const b = runs('small', [answers(500), answers(500)]);
    const found = contrast([term(a, 1), term(b, -1)], known(0.01));
    assert.deepEqual(
      found.bySeed.map(({ seed }) => seed),
      [0, 1],
    );
    close(found.estimate, 0.25, 1e-12);
  });
});

describe('what cannot be compared', () => {
  it('is refused: no seed in common, no term, and terms that cancel out', () => {
    const [a] = resultsByCondition([madeRecord({ seed: 0 })]);
    const [b] = resultsByCondition([madeRecord({ model: MODELS.big, seed: 1 })]);
    const none = /no seed has a run of every term/;
    assert.throws(() => contrast([term(a!, 1), term(b!, -1)], known(0.01)), none);
    assert.throws(() => contrast([], known(0.01)), none);
    assert.throws(() => contrast([term(a!, 1), term(a!, -1)], known(0.01)), none);
  });
});

describe('laws of contrasts', () => {
  const models = ['baseline', 'small', 'medium', 'big', 'extra_big'] as const;
  const spread = known(0.01, 5);
  /** Terms of different models, one to three seeds. */
  const terms = fc
    .record({
      seeds: fc.integer({ min: 1, max: 3 }),
      parts: fc.array(
        fc.tuple(
          fc.constantFrom(-1, -0.5, 0.25, 1),
          fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 3, maxLength: 3 }),
        ),
        { minLength: 1, maxLength: models.length },
      ),
    })
    .map(({ seeds, parts }) =>
      parts.map(([weight, rights], i) =>
        term(
          runs(
            models[i]!,
            rights.slice(0, seeds).map((right) => repeated([right, 80 - right], [1, 0])),
          ),
          weight,
        ),
      ),
    );
  const check = (law: (found: Contrast, terms: readonly ContrastTerm[]) => void) =>
    fc.assert(
      fc.property(terms, (some) => law(contrast(some, spread), some)),
      { numRuns: 40 },
    );
  const same = (found: Contrast, [estimate, low, high]: readonly [number, number, number]) => {
    close(found.estimate, estimate, 1e-12);
    close(found.low, low, 1e-12);
    close(found.high, high, 1e-12);
  };

  it('the estimate is the weighted sum of mean accuracies, and lies inside its interval', () => {
    check((found, all) => {
      const sum = all.reduce(
        (total, { weight, result }) => total + weight * (result as ConditionResult).testAccuracy.mean,
        0,
      );
      close(found.estimate, sum, 1e-12);
      assert.ok(found.low < found.estimate && found.estimate < found.high);
    });
  });
  it('the interval excludes 0 exactly where a one-sided p-value is below 2.5 %', () => {
    check(({ low, high, p }) => {
      assert.equal(low > 0, p.above < 0.025);
      assert.equal(high < 0, p.below < 0.025);
      close(p.above + p.below, 1, 1e-9);
    });
  });
  it('negating every weight negates the interval, and exchanges the p-values', () => {
    check((found, all) => {
      const negated = contrast(
        all.map((one) => ({ ...one, weight: -one.weight })),
        spread,
      );
      same(negated, [-found.estimate, -found.high, -found.low]);
      close(negated.p.above, found.p.below, 1e-12);
    });
  });
  it('the order of terms, terms of weight 0 and a term in two halves change nothing', () => {
    check((found, all) => {
      const expected = [found.estimate, found.low, found.high] as const;
      same(contrast(all.toReversed(), spread), expected);
      same(contrast([{ ...all[0]!, weight: 0 }, ...all], spread), expected);
      const halves = all.map((one) => ({ ...one, weight: one.weight / 2 }));
      same(contrast([...halves, ...halves], spread), expected);
    });
  });
  it('weights scale the interval', () => {
    check((found, all) => {
      const twice = all.map((one) => ({ ...one, weight: 2 * one.weight }));
      same(contrast(twice, spread), [2 * found.estimate, 2 * found.low, 2 * found.high]);
    });
  });
  it('a constant moves the interval', () => {
    check((found, all) => {
      const { estimate, low, high } = found;
      same(contrast(all, spread, 0.1), [estimate - 0.1, low - 0.1, high - 0.1]);
    });
  });
});

describe('contrasts as text', () => {
  it('have signs, and none where the number rounds to 0', () => {
    assert.equal(formatContrast({ estimate: 0.031, low: -0.0123, high: 0.05 }), '+3.1 points [−1.2, +5.0]');
    assert.equal(formatContrast({ estimate: -0.0004, low: -0.2, high: 0.0004 }), '0.0 points [−20.0, 0.0]');
    assert.equal(formatPoints(-0.0123, 2), '−1.23');
  });
});

describe('fabricated records', () => {
  it('are valid records', () => {
    for (const record of [madeRecord(), madeRecord({ diverged: true, seed: 3 })])
      assert.deepEqual(parseRunRecord(JSON.stringify(record), 'here'), { ...record });
  });
  it('have answers that correlate between networks as asked for', () => {
    const bits = (model: ModelName, likeness: number) =>
      Buffer.from(madeRecord({ model: MODELS[model], likeness }).results!.test.correct, 'base64');
    const correlation = (likeness: number) => {
      const [a, b] = [bits('small', likeness), bits('big', likeness)];
      let both = 0;
      for (let i = 0; i < 10_000; i++) both += (a[i >> 3]! >> (i & 7)) & (b[i >> 3]! >> (i & 7)) & 1;
      return (both / 10_000 - 0.25) / 0.25;
    };
    close(correlation(0), 0, 0.03);
    close(correlation(0.52), 0.35, 0.03);
    close(correlation(1), 1, 1e-9);
  });
});
