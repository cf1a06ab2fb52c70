import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochsOf, type NamedRun, resultOf, summarizeRuns } from '../../src/analysis/index.js';
import { MODELS } from '../../src/models/index.js';
import { madeRecord } from '../support/records.js';

const run = (label: string, record: NamedRun['record']): NamedRun => ({ label, record });

describe('results by label', () => {
  it('sums up the seeds of each label, in order of first appearance', () => {
    const [small, big] = summarizeRuns([
      run('small', madeRecord({ seed: 2, test: 0.64, train: 0.8, validation: 0.6 })),
      run('big', madeRecord({ model: MODELS.big, test: 0.7 })),
      run('small', madeRecord({ seed: 0, test: 0.6, train: 0.8, validation: 0.7 })),
      run('small', madeRecord({ seed: 1, test: 0.62, train: 0.8, validation: 0.5 })),
    ]);
    assert.deepEqual([small!.label, big!.label], ['small', 'big']);
    assert.deepEqual([small!.parameters, big!.parameters], [14_450, 157_226]);
    assert.deepEqual(
      small!.records.map(({ spec }) => spec.seed),
      [0, 1, 2],
    );
    // 0.60, 0.62, 0.64: mean 0.62, deviation 0.02, half 4.302653 * 0.02 / sqrt(3) = 0.0496828.
    const { n, mean, low, high } = small!.testAccuracy;
    assert.equal(n, 3);
    for (const [value, expected] of [
      [mean, 0.62],
      [low!, 0.5703172],
      [high!, 0.6696828],
    ] as const)
      assert.ok(Math.abs(value - expected) < 1e-7, `${value} is not ${expected}`);
    assert.ok(Math.abs(small!.gap.mean - 0.2) < 1e-12);
    assert.deepEqual([big!.testAccuracy.low, big!.testAccuracy.n], [null, 1]);
  });
  it('finds one by its label, and says what there is where it finds none', () => {
    const results = summarizeRuns([
      run('small', madeRecord()),
      run('big', madeRecord({ model: MODELS.big })),
    ]);
    assert.equal(resultOf(results, 'big'), results[1]);
    assert.throws(
      () => resultOf(results, 'medium'),
      /no finished run has that label\n.*medium\n.*small; big/,
    );
  });
  it('leaves out runs that diverged, and labels of which none finished', () => {
    const results = summarizeRuns([
      run('small', madeRecord({ seed: 0, diverged: true })),
      run('small', madeRecord({ seed: 1, test: 0.6 })),
      run('big', madeRecord({ model: MODELS.big, diverged: true })),
    ]);
    assert.deepEqual(
      results.map(({ label, records }) => [label, records.length]),
      [['small', 1]],
    );
    assert.deepEqual(summarizeRuns([]), []);
  });
});

describe('epochs for curves', () => {
  it('names the model and the seed, and marks the epoch whose weights were kept', () => {
    const made = madeRecord({ seed: 4 });
    const [first] = made.history;
    const record = {
      ...made,
      history: [first!, { ...first!, epoch: 2 }],
      results: { ...made.results!, bestEpoch: 2 },
    };
    const epochs = epochsOf([run('small', record), run('gone', madeRecord({ diverged: true }))]);
    assert.deepEqual(
      epochs.map(({ model, seed, epoch, best }) => [model, seed, epoch, best]),
      [
        ['small', 4, 1, false],
        ['small', 4, 2, true],
        ['gone', 0, 1, false],
      ],
    );
  });
});
