import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ImageSet } from '../../src/data/dataset.js';
import { positionDataset } from '../../src/data/position.js';
import { classCounts } from '../../src/data/statistics.js';

const dataset = positionDataset({ train: 3000, test: 1000, seed: 0 });

/** 1 where a pixel is light, -1 where it is dark, of image n. */
const signs = ({ images }: ImageSet, n: number): Int8Array =>
  Int8Array.from({ length: 1024 }, (_, p) => (images[n * 3072 + p * 3]! > 128 ? 1 : -1));

/** Index of the class whose mean sign image, of the training images, agrees best with the values. */
function nearest(means: readonly Float64Array[], values: ArrayLike<number>): number {
  const scores = means.map((mean) => mean.reduce((sum, m, p) => sum + m * values[p]!, 0));
  return scores.indexOf(Math.max(...scores));
}

/** Test accuracy of the nearest mean of a description of the images. */
function accuracyBy(describe: (image: Int8Array) => ArrayLike<number>): number {
  const of = (set: ImageSet, n: number) => Float64Array.from(describe(signs(set, n)));
  const centre = of(dataset.train, 0).fill(0);
  const means = dataset.classes.map(() => centre.slice());
  for (let n = 0; n < dataset.train.count; n++) {
    const values = of(dataset.train, n);
    const mean = means[dataset.train.labels[n]!]!;
    for (const [i, v] of values.entries()) {
      mean[i]! += v / (dataset.train.count / 10);
      centre[i]! += v / dataset.train.count;
    }
  }
  const centred = means.map((mean) => mean.map((v, i) => v - centre[i]!));
  let right = 0;
  for (let n = 0; n < dataset.test.count; n++) {
    const values = of(dataset.test, n).map((v, i) => v - centre[i]!);
    if (nearest(centred, values) === dataset.test.labels[n]) right++;
  }
  return right / dataset.test.count;
}

test('ten classes, balanced, of grey pixels that are light or dark', () => {
  assert.equal(new Set(dataset.classes).size, 10);
  assert.deepEqual(classCounts(dataset.train.labels), new Array(10).fill(300));
  assert.deepEqual(
    [dataset.name, dataset.official, dataset.source],
    ['position', false, 'synthetic positions, seed 0'],
  );
  const { images } = dataset.test;
  assert.equal(images.length, 1000 * 3072);
  for (let i = 0; i < images.length; i += 3) {
    assert.ok(images[i] === 64 || images[i] === 192);
    assert.ok(images[i + 1] === images[i] && images[i + 2] === images[i]);
  }
});

test('the seed fixes every byte; a smaller set is the beginning of a larger one; train and test differ', () => {
  const small = positionDataset({ train: 50, test: 20, seed: 0 });
  assert.deepEqual(small.train.images, dataset.train.images.subarray(0, 50 * 3072));
  assert.deepEqual(small.test.images, dataset.test.images.subarray(0, 20 * 3072));
  assert.notDeepEqual(small.test.images, small.train.images.subarray(0, 20 * 3072));
  const other = positionDataset({ train: 50, test: 20, seed: 1 });
  assert.notDeepEqual(other.train.images, small.train.images);
  const hash = createHash('sha256');
  for (const { labels, images } of [other.train, other.test]) hash.update(labels).update(images);
  assert.equal(other.fingerprint, hash.digest('hex'));
});

test('a class’s own places, half of them, are light in 3 of 5 images, the others in 2 of 5; balanced however one counts', () => {
  const light = new Float64Array(1024);
  for (let n = 0; n < dataset.train.count; n += 10)
    for (const [p, sign] of signs(dataset.train, n).entries()) light[p]! += (sign + 1) / 2 / 300;
  const own = light.filter((share) => share > 0.5);
  assert.ok(Math.abs(own.length - 512) < 8, `${own.length} places`);
  const mean = (shares: Float64Array) => shares.reduce((a, b) => a + b, 0) / shares.length;
  assert.ok(Math.abs(mean(own) - 0.6) < 0.005);
  assert.ok(Math.abs(mean(light.filter((share) => share <= 0.5)) - 0.4) < 0.005);
  // One or two of the 1,024 shares, 0.1 away from 0.5 by three and a half standard errors, may lie on the wrong side.
  const balanced = (group: (y: number, x: number) => number, size: number) => {
    const counts = new Float64Array(1024 / size);
    for (const [p, share] of light.entries()) if (share > 0.5) counts[group(p >> 5, p & 31)]! += 1;
    for (const count of counts) assert.ok(Math.abs(count - size / 2) <= 2, `${count} of ${size}`);
  };
  balanced((y) => y, 32);
  balanced((_, x) => x, 32);
  balanced((y, x) => 4 * (y % 4) + (x % 4), 64);
});

test('pixels tell the class surely; their counts and products of neighbours, averaged over the image, hardly', () => {
  assert.ok(accuracyBy((image) => image) > 0.98);
  const local = accuracyBy((image) => {
    const sums = new Float64Array(25);
    for (let p = 0; p < 1024; p++)
      for (let d = 0; d < 25; d++) {
        const [y, x] = [(p >> 5) + Math.floor(d / 5), (p & 31) + (d % 5) - 2];
        if (y < 32 && x >= 0 && x < 32) sums[d]! += d === 2 ? image[p]! : image[p]! * image[y * 32 + x]!;
      }
    return sums;
  });
  assert.ok(local < 0.2, `${local}`);
});
