import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examplesCurves, examplesToReach, onMostExamples } from '../../src/analysis/index.js';
import { madeRecord } from '../support/records.js';

const run = (model: string, examples: number, test: number, seed = 0) => ({
  label: `${model}, ${examples} images`,
  record: madeRecord({ test, seed, counts: { train: examples, validation: 500, test: 10_000 } }),
});

describe('accuracy against training size', () => {
  it('is one curve a model, from few images to many, seeds together', () => {
    const curves = examplesCurves([
      run('small, locally connected', 1000, 0.3),
      run('small', 1000, 0.4),
      run('small', 100, 0.2, 0),
      run('small', 100, 0.3, 1),
      { label: 'no size', record: madeRecord() },
    ]);
    assert.deepEqual(
      curves.map(({ model, points }) => [model, points.map(({ examples }) => examples)]),
      [
        ['small, locally connected', [1000]],
        ['small', [100, 1000]],
      ],
    );
    assert.equal(curves[1]!.points[0]!.result.testAccuracy.mean, 0.25);
  });
  it('has an end at the largest size of each model, named for the model', () => {
    const curves = examplesCurves([run('small', 1000, 0.4), run('small', 100, 0.2), run('big', 100, 0.3)]);
    assert.deepEqual(
      onMostExamples(curves).map(({ label, testAccuracy }) => [label, testAccuracy.mean]),
      [
        ['small', 0.4],
        ['big', 0.3],
      ],
    );
  });
  it('reaches an accuracy between sizes, by the logarithm of the size', () => {
    const [curve] = examplesCurves([
      run('small', 100, 0.2),
      run('small', 10_000, 0.4),
      run('small', 40_000, 0.38),
    ]);
    assert.ok(curve);
    const half = examplesToReach(curve, 0.3);
    assert.ok(half && Math.abs(half.examples - 1000) < 1e-6 && !half.atMost);
    assert.deepEqual(examplesToReach(curve, 0.1), { examples: 100, atMost: true });
    assert.equal(Math.round(examplesToReach(curve, 0.4)!.examples), 10_000);
    assert.equal(examplesToReach(curve, 0.41), null);
  });
});
