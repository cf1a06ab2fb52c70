import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { uninformedScore } from '../../src/data/index.js';
import {
  balancePredictions,
  balanceReading,
  countsView,
  partsTable,
  uninformedTable,
} from '../../src/views/index.js';
import { assertPredicted, held } from './predictions.js';

const CLASSES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const each = (count: number) => CLASSES.map(() => count);
const skewed = (count: number) => CLASSES.map((_, i) => (i === 0 ? 2 * count : count));

const BALANCED = { train: each(5000), test: each(1000) };
const SKEWED = { train: skewed(5000), test: skewed(1000) };
const PARTS = { train: each(4500), validation: each(500), test: each(1000) };

describe('the views of class balance', () => {
  it('predict what the chapter predicts, and hold where classes are equal', () => {
    const predictions = balancePredictions(BALANCED, PARTS);
    assertPredicted('02-class-balance.ipynb', predictions);
    assert.deepEqual(held(predictions), [true, true, true]);
    assert.match(countsView(BALANCED, CLASSES).caption, /Yes: 5,000 training and 1,000 test images each\./);
  });

  it('cross every prediction where classes differ', () => {
    const predictions = balancePredictions(SKEWED, { ...PARTS, validation: skewed(500) });
    assert.deepEqual(held(predictions), [false, false, false]);
    assert.equal(predictions[0]!.because, '5,000 to 10,000 and 1,000 to 2,000');
    const { caption, alt } = countsView(SKEWED, CLASSES);
    assert.match(caption, /No: 5,000 to 10,000 training and 1,000 to 2,000 test images per class\./);
    assert.doesNotMatch(alt, /equal/);
  });

  it('count one image more or less as balanced within the parts, and two as not', () => {
    const validation = (most: number) => CLASSES.map((_, i) => (i === 0 ? most : 50));
    assert.equal(balancePredictions(BALANCED, { ...PARTS, validation: validation(51) })[2]!.held, true);
    assert.equal(balancePredictions(BALANCED, { ...PARTS, validation: validation(52) })[2]!.held, false);
  });

  it('say what can be scored without looking: more where one class is frequent', () => {
    const [balanced, unbalanced] = [BALANCED, SKEWED].map(({ train, test }) => uninformedScore(train, test));
    const row = uninformedTable(SKEWED, unbalanced!, CLASSES).rows[0]!;
    assert.equal(row['answer without looking'], 'a');
    assert.equal(row['its test accuracy'], '18.2 %');
    assert.match(balanceReading(balanced!), /^\*\*Reading\.\*\* .* 10\.0 % .* 2\.30 nats/);
    assert.match(balanceReading(unbalanced!), /18\.2 %/);
  });

  it('tabulate the parts of a split', () => {
    assert.deepEqual(partsTable(PARTS).rows[1], { part: 'validation', images: '5,000', 'per class': '500' });
  });
});
