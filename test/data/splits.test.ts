import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { largestRemainder, stratifiedSplit, stratifiedSubset } from '../../src/data/splits.js';
import { classCounts } from '../../src/data/statistics.js';
import { refusal } from './fixtures.js';

const labelsOf = fc.uint8Array({ minLength: 1, maxLength: 300, max: 9 });
const isAscending = (indices: Uint32Array) => indices.every((index, i) => i === 0 || index > indices[i - 1]!);
const pick = (labels: Uint8Array, indices: Uint32Array) => Uint8Array.from(indices, (i) => labels[i]!);

test('a split is disjoint, complete, of the asked size, ascending, and fair to within one image a class', () => {
  const cases = labelsOf.chain((labels) => fc.tuple(fc.constant(labels), fc.nat(labels.length), fc.nat()));
  fc.assert(
    fc.property(cases, ([labels, validation, seed]) => {
      const split = stratifiedSplit(labels, { validation, seed });
      assert.equal(split.validation.length, validation);
      assert.ok(isAscending(split.train) && isAscending(split.validation));
      const all = new Set([...split.train, ...split.validation]);
      assert.equal(all.size, labels.length);
      assert.equal(split.train.length + validation, labels.length);
      const [counts, chosen] = [classCounts(labels), classCounts(pick(labels, split.validation))];
      for (const [label, count] of counts.entries()) {
        assert.ok(Math.abs(chosen[label]! - (count * validation) / labels.length) < 1);
      }
    }),
  );
});

test('balanced labels split into equal classes: the 45,000 and 5,000 of the study', () => {
  const labels = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7) % 10);
  const { train, validation } = stratifiedSplit(labels, { validation: 5000, seed: 0 });
  assert.deepEqual(classCounts(pick(labels, train)), new Array(10).fill(4500));
  assert.deepEqual(classCounts(pick(labels, validation)), new Array(10).fill(500));
});

test('the seed fixes the split, another seed gives another', () => {
  const labels = Uint8Array.from({ length: 1000 }, (_, i) => i % 10);
  const split = (seed: number) => stratifiedSplit(labels, { validation: 100, seed });
  assert.deepEqual(split(1), split(1));
  assert.notDeepEqual(split(1), split(2));
});

test('a subset is part of the indices, fair, and part of every larger subset of the seed', () => {
  const cases = labelsOf.chain((labels) =>
    fc.tuple(
      fc.constant(labels),
      fc.uniqueArray(fc.nat(labels.length - 1), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
    ),
  );
  fc.assert(
    fc.property(cases, ([labels, chosen, a, b, seed]) => {
      const indices = Uint32Array.from(chosen);
      const [small, large] = [a, b].map((share) => Math.floor(share * indices.length)).sort((x, y) => x - y);
      const inner = stratifiedSubset(labels, indices, small!, seed);
      const outer = new Set(stratifiedSubset(labels, indices, large!, seed));
      assert.equal(inner.length, small);
      assert.equal(outer.size, large);
      assert.ok(isAscending(inner));
      assert.ok([...outer].every((index) => chosen.includes(index)));
      assert.ok(inner.every((index) => outer.has(index)));
      assert.deepEqual(stratifiedSubset(labels, Uint32Array.from(chosen.reverse()), small!, seed), inner);
    }),
  );
});

test('classes of one size differ by at most one image in a subset of any size', () => {
  const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 10);
  const indices = Uint32Array.from(labels.keys());
  for (let size = 0; size <= 200; size++) {
    const counts = classCounts(pick(labels, stratifiedSubset(labels, indices, size, 4)));
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
  }
});

test('classes of unequal size share a subset by the method of Webster (Sainte-Lague)', () => {
  // Ten seats for 53, 24 and 23: the ten greatest quotients by 1, 3, 5, ... are six, two and two.
  const labels = Uint8Array.from({ length: 100 }, (_, i) => (i < 53 ? 0 : i < 77 ? 1 : 2));
  const subset = stratifiedSubset(labels, Uint32Array.from(labels.keys()), 10, 0);
  assert.deepEqual(classCounts(pick(labels, subset), 3), [6, 2, 2]);
});

test('largest remainders: a textbook example, equal weights, none', () => {
  // Hamilton's method on 10 seats for votes of 47, 16, 15.8, 12, 6.1, 3.1 thousand.
  assert.deepEqual(largestRemainder([47_000, 16_000, 15_800, 12_000, 6100, 3100], 10), [5, 2, 1, 1, 1, 0]);
  assert.deepEqual(largestRemainder([1, 1, 1], 2), [1, 1, 0]);
  assert.deepEqual(largestRemainder([0, 0], 0), [0, 0]);
});

test('more images than there are, parts of images and unknown indices are refused', () => {
  const labels = new Uint8Array(10);
  for (const validation of [11, -1, 2.5, Number.NaN]) {
    assert.throws(() => stratifiedSplit(labels, { validation, seed: 0 }), refusal('validation', '0 to 10'));
  }
  assert.throws(() => stratifiedSubset(labels, Uint32Array.of(1, 2), 3, 0), refusal('size', '0 to 2'));
  assert.throws(() => stratifiedSubset(labels, Uint32Array.of(10), 1, 0), refusal('out of range', '10'));
});
