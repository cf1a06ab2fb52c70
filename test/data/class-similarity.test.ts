import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classSimilarities } from '../../src/data/index.js';

/** Pearson's r by its textbook formula. */
function pearson(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const sum = (values: readonly number[]) => values.reduce((x, y) => x + y, 0);
  const ab = sum(a.map((x, i) => x * b[i]!));
  const spread = (values: readonly number[]) => n * sum(values.map((x) => x * x)) - sum(values) ** 2;
  return (n * ab - sum(a) * sum(b)) / Math.sqrt(spread(a) * spread(b));
}

test('classes are compared by what their mean images do not share with all', () => {
  const means = [
    [1, 2, 4, 5],
    [5, 4, 2, 1],
    [3.5, 2.5, 3.5, 2.5],
  ].map((values) => Float32Array.from(values));
  const overall = [0, 1, 2, 3].map((i) => (means[0]![i]! + means[1]![i]! + means[2]![i]!) / 3);
  const own = means.map((mean) => [...mean].map((value, i) => value - overall[i]!));
  const expected = [
    [0, 1],
    [0, 2],
    [1, 2],
  ].map(([i, j]) => ({ labels: [i!, j!], correlation: pearson(own[i!]!, own[j!]!) }));
  expected.sort((a, b) => b.correlation - a.correlation);
  const found = classSimilarities(means);
  assert.deepEqual(
    found.map(({ labels }) => labels),
    expected.map(({ labels }) => labels),
  );
  for (const [i, { correlation }] of found.entries())
    assert.ok(Math.abs(correlation - expected[i]!.correlation) < 1e-9);
});

test('likeness does not change with the brightness of all images, nor with their contrast', () => {
  const image = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(image, { minLength: 3, maxLength: 5 }), (images) => {
      const means = images.map((values) => Float32Array.from(values));
      const before = classSimilarities(means);
      const after = classSimilarities(means.map((mean) => mean.map((value) => value / 2 + 20)));
      assert.equal(before.length, (images.length * (images.length - 1)) / 2);
      const sorted = (pairs: typeof before) =>
        [...pairs].sort((a, b) => a.labels[0] - b.labels[0] || a.labels[1] - b.labels[1]);
      for (const [i, { correlation }] of sorted(before).entries()) {
        if (Number.isNaN(correlation)) continue; // one of two images without any pattern of its own
        assert.ok(Math.abs(correlation) <= 1 + 1e-9);
        assert.ok(Math.abs(correlation - sorted(after)[i]!.correlation) < 1e-6);
      }
    }),
  );
});
