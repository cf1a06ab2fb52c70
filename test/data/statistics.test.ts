import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '../../src/base/random.js';
import { spatialCorrelation } from '../../src/data/correlation.js';
import { exactDuplicates, hashImage } from '../../src/data/duplicates.js';
import { pixelPermutation } from '../../src/data/pixel-permutation.js';
import {
  channelStatistics,
  classCounts,
  entropyNats,
  imageMemory,
  meanImages,
  uninformedScore,
} from '../../src/data/statistics.js';
import { permutePixels } from '../../src/data/transforms.js';

const rng = random(2, 'statistics');
const noise = (count: number) => Uint8Array.from({ length: count * 3072 }, () => rng.integer(0, 255));
const close = (a: number, b: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test('mean and deviation of each channel are those of the definition', () => {
  const images = noise(4).map((value, i) => (i % 3 === 1 ? 10 + (value >> 2) : value));
  const statistics = channelStatistics(images);
  for (const c of [0, 1, 2]) {
    const values = [...images].filter((_, i) => i % 3 === c).map((value) => value / 255);
    const mean = values.reduce((a, b) => a + b) / values.length;
    close(statistics.mean[c]!, mean);
    close(
      statistics.deviation[c]!,
      Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / values.length),
    );
  }
  assert.deepEqual([statistics.least, statistics.greatest], [Math.min(...images), Math.max(...images)]);
});

test('the mean image of a class is the mean of its images, and NaN without any', () => {
  const images = noise(5);
  const set = { images, labels: Uint8Array.of(3, 0, 3, 3, 0), count: 5 };
  const means = meanImages(set);
  for (const i of [0, 1, 1500, 3071]) {
    close(means[3]![i]!, (images[i]! + images[2 * 3072 + i]! + images[3 * 3072 + i]!) / 3, 1e-4);
    close(means[0]![i]!, (images[3072 + i]! + images[4 * 3072 + i]!) / 2, 1e-4);
  }
  assert.equal(means.length, 4, 'one for each class there is');
  assert.equal(meanImages(set, 10).length, 10);
  assert.ok(Number.isNaN(means[1]![0]));
});

test('entropy is greatest, ln k, for equal classes and never above', () => {
  assert.equal(entropyNats(new Array(10).fill(5000)).toFixed(6), '2.302585');
  close(entropyNats([1, 1, 2]), 1.5 * Math.LN2, 1e-12);
  assert.equal(entropyNats([7, 0, 0]), 0);
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 10 }), (counts) => {
      const entropy = entropyNats(counts);
      assert.ok(entropy >= -1e-12 && entropy <= Math.log(counts.length) + 1e-12);
    }),
  );
});

test('without looking at an image, the most frequent class is right for its share, at the loss of the frequencies', () => {
  const { label, accuracy, loss } = uninformedScore([6, 2, 2], [1, 2, 1]);
  assert.deepEqual([label, accuracy], [0, 0.25]);
  close(loss, -(0.25 * Math.log(0.6) + 0.5 * Math.log(0.2) + 0.25 * Math.log(0.2)), 1e-12);
  // A class that was never trained on has probability 0; one that is not tested costs nothing.
  assert.equal(uninformedScore([1, 0], [1, 1]).loss, Number.POSITIVE_INFINITY);
  close(uninformedScore([1, 1], [2, 0]).loss, Math.LN2, 1e-12);
});

test('no probabilities for labels have a smaller loss than their own frequencies, whose loss is the entropy', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(counts, counts, (test, other) => {
      close(uninformedScore(test, test).loss, entropyNats(test), 1e-9);
      assert.ok(uninformedScore(other, test).loss >= entropyNats(test) - 1e-9);
    }),
  );
});

test('class counts', () => {
  assert.deepEqual(classCounts(Uint8Array.of(0, 9, 9, 1, 10)), [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
});

test('memory of 60,000 images: 703.125 MiB as float32, a quarter as uint8', () => {
  assert.deepEqual(imageMemory(60_000), {
    uint8Bytes: 184_320_000,
    float32Bytes: 737_280_000,
    uint8MiB: 175.78125,
    float32MiB: 703.125,
  });
});

test('correlation against distance is that of the pairs written out', () => {
  // Brightness waves, so that the true correlation varies with distance and direction.
  const images = noise(3).map((value, i) => {
    const [x, y] = [Math.floor(i / 3) % 32, Math.floor(i / 96) % 32];
    return Math.round(value / 4 + 95 * (1 + Math.sin(x / 5 + y / 11)));
  });
  const grey = (n: number, y: number, x: number) => {
    const i = ((n * 32 + y) * 32 + x) * 3;
    return (images[i]! + images[i + 1]! + images[i + 2]!) / 3;
  };
  const pearson = (dx: number, dy: number) => {
    const pairs: [number, number][] = [];
    for (let n = 0; n < 3; n++)
      for (let y = 0; y + dy < 32; y++)
        for (let x = 0; x + dx < 32; x++) pairs.push([grey(n, y, x), grey(n, y + dy, x + dx)]);
    const mean = [0, 1].map((k) => pairs.reduce((a, pair) => a + pair[k]!, 0) / pairs.length);
    const moment = (j: number, k: number) =>
      pairs.reduce((a, p) => a + (p[j]! - mean[j]!) * (p[k]! - mean[k]!), 0);
    return moment(0, 1) / Math.sqrt(moment(0, 0) * moment(1, 1));
  };
  const found = spatialCorrelation(images, { maxDistance: 20 });
  assert.deepEqual(
    found.map(({ distance }) => distance),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  for (const { distance, horizontal, vertical, mean, pairs } of found) {
    close(horizontal, pearson(distance, 0), 1e-9);
    close(vertical, pearson(0, distance), 1e-9);
    close(mean, (horizontal + vertical) / 2, 1e-12);
    assert.equal(pairs, 3 * 32 * (32 - distance));
  }
});

test('permuting the pixels of a gradient takes the distance out of the correlation', () => {
  const images = Uint8Array.from(
    { length: 20 * 3072 },
    (_, i) => (Math.floor(i / 3) % 32) * 4 + (Math.floor(i / 96) % 32) * 4,
  );
  const before = spatialCorrelation(images, { sample: 5 });
  const after = spatialCorrelation(permutePixels(images, pixelPermutation(0)), { sample: 5 });
  assert.ok(before[0]!.mean > 0.98);
  for (const { mean } of after) assert.ok(Math.abs(mean) < 0.15);
});

test('the sample is fixed by the seed and is a sample', () => {
  const images = noise(30);
  const options = { sample: 10, maxDistance: 2 };
  assert.deepEqual(spatialCorrelation(images, options), spatialCorrelation(images, options));
  assert.notDeepEqual(
    spatialCorrelation(images, options),
    spatialCorrelation(images, { ...options, seed: 1 }),
  );
  assert.equal(spatialCorrelation(images, options)[0]!.pairs, 10 * 32 * 31);
});

test('exact duplicates are found within and across sets, near ones are not', () => {
  const train = noise(6);
  const test = noise(4);
  train.copyWithin(4 * 3072, 3072, 2 * 3072);
  test.set(train.subarray(0, 3072), 2 * 3072);
  test.set(train.subarray(0, 3072), 3 * 3072);
  test[3 * 3072 + 3071]! ^= 1;
  assert.deepEqual(exactDuplicates({ train, test }), [
    { first: { set: 'train', index: 1 }, second: { set: 'train', index: 4 } },
    { first: { set: 'train', index: 0 }, second: { set: 'test', index: 2 } },
  ]);
  // Three of a kind in two sets: both in test repeat train, the second of them repeats test as well.
  test.copyWithin(0, 2 * 3072, 3 * 3072);
  const pairs = exactDuplicates({ train, test }).filter(({ second }) => second.set === 'test');
  assert.deepEqual(
    pairs.map(({ first, second }) => [first.set, first.index, second.index]),
    [
      ['train', 0, 0],
      ['train', 0, 2],
      ['test', 0, 2],
    ],
  );
});

test('images of one hash are compared, not taken for equal', () => {
  // Two images that differ in their last two words, the last one chosen so that the hashes meet again.
  const both = new Uint8Array(2 * 3072).fill(9);
  const view = new DataView(both.buffer);
  const mix = (hash: number) => {
    const product = Math.imul(hash, 0x01000193);
    return product ^ (product >>> 15);
  };
  let state = 0x811c9dc5;
  for (let i = 0; i < 3072 - 8; i += 4) state = mix(state ^ view.getInt32(i, true));
  view.setInt32(3072 + 3064, 12345, true);
  const meeting = mix(state ^ view.getInt32(3064, true)) ^ mix(state ^ 12345) ^ view.getInt32(3068, true);
  view.setInt32(3072 + 3068, meeting, true);
  assert.equal(hashImage(both.subarray(0, 3072)), hashImage(both.subarray(3072)));
  assert.deepEqual(exactDuplicates({ both }), []);
});
