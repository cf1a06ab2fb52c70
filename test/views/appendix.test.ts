import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CIFAR10_CLASSES, type ClassSimilarity, shapesDataset } from '../../src/data/index.js';
import {
  alikeView,
  memoryTable,
  similarityPrediction,
  similarityReading,
  similarityTable,
} from '../../src/views/index.js';
import { assertAmongPredicted } from './predictions.js';

const similar = (a: string, b: string, correlation: number): ClassSimilarity => ({
  labels: [CIFAR10_CLASSES.indexOf(a), CIFAR10_CLASSES.indexOf(b)],
  correlation,
});
const PAIRS = [similar('cat', 'dog', 0.9), similar('bird', 'deer', 0.5), similar('frog', 'ship', -0.8)];

describe('the views of the appendix', () => {
  it('predict what the chapter predicts, for the classes of CIFAR-10 only', () => {
    const settled = similarityPrediction(PAIRS, CIFAR10_CLASSES);
    assertAmongPredicted('10-appendix.ipynb', [settled]);
    assert.deepEqual([settled.held, settled.because], [true, 'cat and dog, r = 0.900']);
    assert.equal(similarityPrediction(PAIRS, ['circle', 'square', 'star']).held, null);
  });

  it('cross the prediction where another pair is most alike, and read the pairs at both ends', () => {
    const reversed = [...PAIRS].reverse();
    assert.equal(similarityPrediction(reversed, CIFAR10_CLASSES).held, false);
    assert.match(
      similarityReading(PAIRS, CIFAR10_CLASSES),
      /cat and dog are most alike, frog and ship least/,
    );
    assert.match(
      similarityReading(reversed, CIFAR10_CLASSES),
      /frog and ship are most alike, cat and dog least/,
    );
  });

  it('tabulate the pairs from both ends', () => {
    assert.deepEqual(similarityTable(PAIRS, CIFAR10_CLASSES, 2).rows[0], {
      'most alike': { classes: 'cat and dog', correlation: '0.900' },
      'least alike': { classes: 'frog and ship', correlation: '-0.800' },
    });
  });

  it('show images of the two classes that are most alike', () => {
    const dataset = shapesDataset({ train: 200, test: 50, seed: 0 });
    const view = alikeView(dataset, [{ labels: [2, 5], correlation: 0.4 }], 4);
    assert.match(
      view.caption,
      new RegExp(`${dataset.classes[2]} and ${dataset.classes[5]} \\(r = 0\\.40\\)`),
    );
    assert.match(view.alt, /Two rows of 4 small images/);
  });

  it('count the memory of CIFAR-10 to the byte', () => {
    assert.deepEqual(memoryTable(60_000).rows, [
      { 'held as': 'float32', bytes: '737,280,000', MiB: '703.125' },
      { 'held as': 'uint8', bytes: '184,320,000', MiB: '175.781' },
    ]);
  });
});
