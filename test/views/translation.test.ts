import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type EquivarianceRun,
  type LayerEquivariance,
  type ShiftMeasurement,
  shiftRobustness,
} from '../../src/lab/index.js';
import {
  chapterReading,
  controlPredictions,
  controlReading,
  equivariancePredictions,
  equivarianceReading,
  equivarianceTable,
  equivarianceView,
  type ShiftedNetwork,
  shiftPredictions,
  shiftReading,
  shiftTable,
  shiftView,
} from '../../src/views/index.js';
import { convincing } from '../support/evidence.js';
import { assertPredicted, held } from './predictions.js';
import { madeResults } from './runs.js';
import { chartRows, textOf } from './study.js';

const { results } = madeResults(['weightSharing', 'augmentation'], { world: convincing, seeds: 2 });

/** A stack of layers before and after a pooling. @param errors before pooling, of whole strides after it, of other shifts */
function layers(errors: {
  before: number;
  whole: number;
  part: number;
  changes: [number, number];
}): EquivarianceRun[] {
  const row = (
    layer: string,
    stride: number,
    shift: number,
    error: number,
    change: number,
  ): LayerEquivariance => {
    // Images differ a little.
    const changes = [0.99, 1, 1.01].map((factor) => factor * change);
    return { layer, stride, shift, error, change, errors: [error, error, error], changes };
  };
  const [before, after] = errors.changes;
  const rows = [1, 2, 3, 4].flatMap((shift) => [
    row('conv1', 1, shift, errors.before, before),
    row('pool1', 2, shift, shift % 2 === 0 ? errors.whole : errors.part, after),
  ]);
  return [{ seed: 0, rows }];
}

const exact = layers({ before: 2e-7, whole: 3e-7, part: 0.2, changes: [0.6, 0.2] });
const inexact = layers({ before: 0.3, whole: 0.3, part: 0.3, changes: [0.2, 0.6] });

const IMAGES = 400;
/** Answers of a network by shift: the share of images classified correctly. */
function measurement(accuracy: (shift: number) => number, fill: 'zero' | 'wrap'): ShiftMeasurement {
  const answers = [0, 1, 2, 4, 8].map((shift) => {
    const right = Math.round(accuracy(shift) * IMAGES);
    const correct = Uint8Array.from({ length: IMAGES }, (_, i) => (i < right ? 4 : 0));
    return { shift, correct, kept: correct };
  });
  const judged = { dataset: '0'.repeat(64), splitSeed: 0, validation: 5000 };
  return { judged, fill, answers, rows: shiftRobustness(answers) };
}

/** @param lost accuracy per pixel of shift */
const shifted = (result: ShiftedNetwork['result'], accuracy: number, lost: number): ShiftedNetwork => ({
  result,
  runs: [0, 1].map((seed) => ({
    seed,
    zero: measurement((shift) => accuracy - lost * shift, 'zero'),
    wrap: measurement((shift) => accuracy - lost * shift, 'wrap'),
  })),
});

const of = (name: keyof typeof results, query: (result: ShiftedNetwork['result']) => boolean) =>
  results[name].find(query)!;
const [baseline, lcn, cnn] = [
  of('weightSharing', ({ condition }) => condition.head === 'dense'),
  of('weightSharing', ({ condition }) => !condition.sharing),
  of('weightSharing', ({ condition }) => condition.head === 'pooled' && condition.sharing),
];
const [plain, augmented, control] = [
  of('augmentation', ({ condition }) => condition.head === 'dense' && condition.shift === 0),
  of('augmentation', ({ condition }) => condition.shift > 0),
  of('augmentation', ({ condition }) => condition.head === 'pooled'),
];

const networks = [shifted(baseline, 0.5, 0.04), shifted(lcn, 0.55, 0.03), shifted(cnn, 0.6, 0.005)];
const swapped = [shifted(baseline, 0.5, 0.005), shifted(lcn, 0.55, 0.005), shifted(cnn, 0.6, 0.04)];
const controls = [shifted(plain, 0.5, 0.06), shifted(augmented, 0.45, 0.01), shifted(control, 0.7, 0.03)];
const otherControls = [shifted(plain, 0.5, 0.01), shifted(augmented, 0.6, 0.06), shifted(control, 0.4, 0.04)];

const predictionsOf = (
  runs: readonly EquivarianceRun[],
  moved: readonly ShiftedNetwork[],
  trained: readonly ShiftedNetwork[],
) => [...equivariancePredictions(runs), ...shiftPredictions(moved), ...controlPredictions(trained)];
const readingOf = (
  runs: readonly EquivarianceRun[],
  moved: readonly ShiftedNetwork[],
  trained: readonly ShiftedNetwork[],
) => chapterReading([equivarianceReading(runs), shiftReading(moved), controlReading(trained)]);

describe('the chapter on translation', () => {
  it('settles what it predicts, in the direction of the numbers', () => {
    const predictions = predictionsOf(exact, networks, controls);
    assertPredicted('07-translation.ipynb', predictions);
    assert.deepEqual(held(predictions), [true, true, true, true, true, true]);
    assert.deepEqual(held(predictionsOf(inexact, swapped, otherControls)), Array(6).fill(false));
  });

  it('leaves open what was not measured', () => {
    assert.deepEqual(held([...shiftPredictions([]), ...controlPredictions([])]), [null, null, null, null]);
    assert.deepEqual(held(shiftPredictions([networks[0]!, networks[2]!])), [null, true]);
    assert.equal(shiftReading([]), undefined);
    assert.match(textOf(shiftView([], 'zero')), /nothing to show/);
  });

  it('says whether equivariance is exact, and what pooling does, as the numbers do', () => {
    const { text } = equivarianceReading(exact);
    assert.match(
      text,
      /exact to within rounding; after it, exact to within rounding for whole strides and not exact for other/,
    );
    assert.match(text, /less than before: pooling gives some invariance/);
    const other = equivarianceReading(inexact).text;
    assert.match(other, /^Before pooling, equivariance is not exact; after it, not exact for whole strides/);
    assert.match(other, /more than before: pooling gives no invariance/);
    assert.match(
      textOf(equivarianceView(exact, 'small')),
      /at most 2\.0e-7; .*at most 3\.0e-7 .*at least 0\.20/,
    );
    assert.equal(equivarianceTable(exact).rows.length, 2);
  });

  it('is about all runs: means, and the largest error of any', () => {
    const [first] = exact;
    const other = layers({ before: 2e-7, whole: 9e-7, part: 0.4, changes: [0.8, 0.3] })[0]!;
    const both = [first!, { ...other, seed: 1 }];
    const { caption, rows } = equivarianceTable(both);
    assert.match(
      caption!,
      /^Means over 2 seeds.*by 70\.0 % just before the first pooling and by 25\.0 % just after/,
    );
    assert.deepEqual(
      rows.map((row) => [row['largest error, whole strides'], row['error, 1 pixel']]),
      [
        ['2.0e-7', '0.0 %'],
        ['9.0e-7', '30.0 %'],
      ],
    );
    assert.match(equivarianceReading(both).text, /\+45\.0 points .*This rests on 2 seeds/);
    assert.match(equivarianceReading(exact).text, /This rests on one seed; .*5\.0 points, which is assumed/);
  });

  it('says who loses more under shifts, and what shifted training images change, as the numbers do', () => {
    const reading = readingOf(exact, networks, controls);
    assert.match(reading, /the baseline loses more accuracy than `small` \(\+2\d\.\d points/);
    assert.match(reading, /the LCN loses more accuracy than `small`/);
    assert.match(
      reading,
      /trained on shifted images loses less accuracy than the one trained on images as they are/,
    );
    assert.match(
      reading,
      /`small` trained without shifts is ahead of the baseline trained on shifted images/,
    );
    assert.match(reading, /On unshifted images, the baseline trained on shifted images is behind/);
    assert.match(reading, /Basis: 2 seeds/);
    const other = readingOf(inexact, swapped, otherControls);
    assert.match(
      other,
      /the baseline loses less accuracy than `small`.*the LCN loses less accuracy than `small`/,
    );
    assert.match(other, /trained on shifted images loses more accuracy than the one/);
    assert.match(other, /`small` trained without shifts is behind/);
    assert.doesNotMatch(other, /LCN loses more|baseline loses more|`small` trained without shifts is ahead/);
  });

  it('draws accuracies with intervals that include them, and none outside 0 to 1', () => {
    const rows = chartRows(shiftView([shifted(cnn, 1, 0.125)], 'wrap'));
    assert.equal(rows.length, 5);
    for (const { accuracy, low, high } of rows as unknown as Record<string, number>[]) {
      assert.ok(0 <= low! && low! <= accuracy! && accuracy! <= high! && high! <= 1);
      assert.ok(low! < high!);
    }
    const table = shiftTable(networks);
    assert.equal((table as { rows: unknown[] }).rows.length, 6);
  });
});
