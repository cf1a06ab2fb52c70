import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ImageSet } from '../../src/data/dataset.js';
import { SHAPES } from '../../src/data/shape-outlines.js';
import { shapesDataset } from '../../src/data/shapes.js';
import { classCounts, meanImages } from '../../src/data/statistics.js';

const dataset = shapesDataset({ train: 600, test: 300, seed: 0 });

test('ten named classes, balanced, neither official nor CIFAR-10', () => {
  assert.equal(new Set(dataset.classes).size, 10);
  assert.deepEqual(classCounts(dataset.train.labels), new Array(10).fill(60));
  assert.deepEqual(classCounts(dataset.test.labels), new Array(10).fill(30));
  assert.deepEqual(
    [dataset.name, dataset.official, dataset.source],
    ['shapes', false, 'synthetic shapes, seed 0'],
  );
  assert.equal(dataset.train.images.length, 600 * 3072);
});

test('the seed fixes every byte; a smaller set is the beginning of a larger one', () => {
  const again = shapesDataset({ train: 600, test: 300, seed: 0 });
  assert.deepEqual(again, dataset);
  const small = shapesDataset({ train: 50, test: 20, seed: 0 });
  assert.deepEqual(small.train.images, dataset.train.images.subarray(0, 50 * 3072));
  assert.notEqual(small.fingerprint, dataset.fingerprint);
  const other = shapesDataset({ train: 50, test: 20, seed: 1 });
  assert.notDeepEqual(other.train.images, small.train.images);
  assert.notDeepEqual(small.test.images, small.train.images.subarray(0, 20 * 3072));
});

test('the fingerprint is the SHA-256 of labels and images', () => {
  const hash = createHash('sha256');
  for (const { labels, images } of [dataset.train, dataset.test]) hash.update(labels).update(images);
  assert.equal(dataset.fingerprint, hash.digest('hex'));
});

test('outlines: areas of the shapes that geometry knows, and points that tell them apart', () => {
  const steps = 400;
  const area = (name: string) => {
    const { covers } = SHAPES.find((shape) => shape.name === name)!;
    let inside = 0;
    for (let i = 0; i < steps * steps; i++) {
      const [u, v] = [i % steps, Math.floor(i / steps)].map((k) => ((k + 0.5) / steps) * 2 - 1);
      if (covers(u!, v!)) inside++;
    }
    return (inside / steps ** 2) * 4;
  };
  const near = (name: string, expected: number) => assert.ok(Math.abs(area(name) - expected) < 0.02, name);
  near('circle', Math.PI);
  near('square', 1.8 ** 2);
  near('triangle', (1.8 * 2) / 2);
  near('cross', 2 * (2 * 0.66) - 0.66 ** 2);
  near('ring', Math.PI * 0.7);
  // A star is ten triangles between tip (1), notch (0.42) and centre.
  near('star', (10 / 2) * 0.42 * Math.sin(Math.PI / 5));
  near('horizontal bars', area('vertical bars'));
  const covers = (name: string, u: number, v: number) =>
    SHAPES.find((shape) => shape.name === name)!.covers(u, v);
  assert.ok(covers('star', 0, -0.95) && !covers('star', 0, 0.95), 'a tip points up');
  assert.ok(covers('triangle', 0, -0.9) && !covers('triangle', 0.5, -0.9), 'so does the triangle');
  assert.ok(covers('horizontal bars', 0.8, -0.8) && !covers('horizontal bars', 0.8, -0.5));
  assert.ok(covers('vertical bars', -0.8, 0.8) && !covers('vertical bars', -0.5, 0.8));
});

test('position, colour and scale vary so much that the mean image of a class does not recognize it', () => {
  const means = meanImages(dataset.train);
  const nearest = (set: ImageSet, n: number) => {
    const distances = means.map((mean) =>
      mean.reduce((sum, value, i) => sum + (value - set.images[n * 3072 + i]!) ** 2, 0),
    );
    return distances.indexOf(Math.min(...distances));
  };
  let correct = 0;
  for (let n = 0; n < dataset.test.count; n++)
    if (nearest(dataset.test, n) === dataset.test.labels[n]) correct++;
  assert.ok(correct / dataset.test.count < 0.3, `${correct} of ${dataset.test.count}`);
});
