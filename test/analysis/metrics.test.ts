import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  correctAnswers,
  guessAccuracy,
  mostConfidentMistakes,
  mostConfusedPairs,
  predictions,
} from '../../src/analysis/metrics.js';

const logits = Float32Array.of(2, 0, 0, /**/ 0, 3, 0, /**/ 0, 0, 1, /**/ 5, 0, 0);
const labels = Uint8Array.of(0, 1, 1, 2);

it('names the class of the largest logit', () => {
  assert.deepEqual([...predictions(logits, 3)], [0, 1, 2, 0]);
});

it('lists mistakes by confidence, and pairs by how often they are confused', () => {
  const mistakes = mostConfidentMistakes(logits, labels, 5, 3);
  assert.deepEqual(
    mistakes.map(({ index, label, predicted }) => [index, label, predicted]),
    [
      [3, 2, 0],
      [2, 1, 2],
    ],
  );
  assert.ok(Math.abs(mistakes[0]!.confidence - Math.exp(5) / (Math.exp(5) + 2)) < 1e-7);
  assert.equal(mostConfidentMistakes(logits, labels, 1, 3).length, 1);
  const confusion = [
    [9, 1, 0],
    [2, 8, 4],
    [0, 1, 9],
  ];
  assert.deepEqual(mostConfusedPairs(confusion, 2), [
    { a: 1, b: 2, count: 5 },
    { a: 0, b: 1, count: 3 },
  ]);
});

it('an answer is correct where the class of the largest logit is the label', () => {
  assert.deepEqual([...correctAnswers(logits, labels)], [1, 1, 0, 0]);
});

it('refuses sizes and labels that do not fit', () => {
  assert.throws(() => mostConfidentMistakes(logits, labels, 1, 10), /are not 10 for each/);
  assert.throws(() => mostConfidentMistakes(new Float32Array(0), new Uint8Array(0), 1), RangeError);
  assert.throws(() => mostConfidentMistakes(logits, Uint8Array.of(0, 1, 1, 3), 1, 3), /label 3/);
});

it('one answer to every image is right for the share of the most frequent class; classes without images do not count', () => {
  assert.equal(
    guessAccuracy([
      [2, 4, 0],
      [0, 2, 0],
      [0, 0, 0],
    ]),
    0.75,
  );
  assert.equal(guessAccuracy(Array.from({ length: 10 }, () => [1_000])), 0.1);
});
