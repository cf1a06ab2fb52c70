import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  agreement,
  evaluateLogits,
  mostConfidentMistakes,
  mostConfusedPairs,
  predictions,
} from '../../src/analysis/metrics.js';

const logits = Float32Array.of(2, 0, 0, /**/ 0, 3, 0, /**/ 0, 0, 1, /**/ 5, 0, 0);
const labels = Uint8Array.of(0, 1, 1, 2);

it('counts right and wrong by class', () => {
  const { count, accuracy, confusion, perClass } = evaluateLogits(logits, labels, 3);
  assert.equal(count, 4);
  assert.equal(accuracy, 0.5);
  assert.deepEqual(confusion, [
    [1, 0, 0],
    [0, 1, 1],
    [1, 0, 0],
  ]);
  assert.deepEqual(perClass, [1, 0.5, 0]);
  assert.deepEqual([...predictions(logits, 3)], [0, 1, 2, 0]);
});

it('a class without images has no accuracy', () => {
  assert.deepEqual(evaluateLogits(Float32Array.of(1, 0), Uint8Array.of(0), 2).perClass, [1, null]);
});

it('cross-entropy is that of the softmax written out, and ln(classes) for equal logits', () => {
  const row = [0.3, -1, 2];
  const softmax = row.map((x) => Math.exp(x) / row.reduce((sum, y) => sum + Math.exp(y), 0));
  const { loss } = evaluateLogits(Float32Array.from([...row, 0, 0, 0]), Uint8Array.of(1, 2), 3);
  assert.ok(Math.abs(loss - (-Math.log(softmax[1]!) + Math.log(3)) / 2) < 1e-7);
});

it('cross-entropy survives huge logits and does not change when all logits of an image are raised', () => {
  const finite = fc.float({ min: -50, max: 50, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(finite, { minLength: 5, maxLength: 5 }),
      fc.constantFrom(0, 64, 1024),
      (row, raise) => {
        const plain = evaluateLogits(Float32Array.from(row), Uint8Array.of(2), 5).loss;
        const raised = evaluateLogits(
          Float32Array.from(row, (x) => x + raise),
          Uint8Array.of(2),
          5,
        ).loss;
        assert.ok(plain >= 0 && Math.abs(plain - raised) < 1e-3);
      },
    ),
  );
  const { loss } = evaluateLogits(Float32Array.of(1e30, 0), Uint8Array.of(0), 2);
  assert.equal(loss, 0);
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

it('agreement compares predictions, not truth', () => {
  assert.equal(agreement(logits, logits, 3), 1);
  assert.equal(agreement(logits, Float32Array.from(logits).reverse(), 3), 0);
  assert.equal(agreement(Float32Array.of(1, 0, 1, 0), Float32Array.of(9, 0, 0, 9), 2), 0.5);
});

it('refuses sizes and labels that do not fit', () => {
  assert.throws(() => evaluateLogits(logits, labels, 10), /are not 10 for each/);
  assert.throws(() => evaluateLogits(new Float32Array(0), new Uint8Array(0)), RangeError);
  assert.throws(() => evaluateLogits(logits, Uint8Array.of(0, 1, 1, 3), 3), /label 3/);
});
