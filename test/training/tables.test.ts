import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { IMAGE_BYTES, type ImageSet, pixelPermutation, shapesDataset } from '../../src/data/index.js';
import { runTables, splitIndices, transformImages } from '../../src/training/index.js';

const dataset = shapesDataset({ train: 150, test: 60, seed: 4 });

const imageOf = (images: Uint8Array, index: number) =>
  Buffer.from(images.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES)).toString('base64');

/** Index by content: images of the synthetic set are all different. */
const indexOf = (set: ImageSet) =>
  new Map(Array.from({ length: set.count }, (_, i) => [imageOf(set.images, i), i] as const));
const inTrain = indexOf(dataset.train);
const inTest = indexOf(dataset.test);

const split = fc
  .record({
    seed: fc.integer({ min: 0, max: 5 }),
    validation: fc.integer({ min: 1, max: 60 }),
    train: fc.option(fc.integer({ min: 1, max: 90 })),
    test: fc.option(fc.integer({ min: 1, max: 60 })),
  })
  .map((value) => ({ ...value }));

it('rows of train, validation and test are disjoint, of the sizes asked for, and hold the images of the split', () => {
  assert.deepEqual([inTrain.size, inTest.size], [150, 60]);
  fc.assert(
    fc.property(split, (chosen) => {
      const { tables, rows } = runTables(dataset, { split: chosen, transform: { kind: 'none' }, seed: 3 });
      assert.deepEqual(
        [rows.train.length, rows.validation.length, rows.test.length],
        [chosen.train ?? 150 - chosen.validation, chosen.validation, chosen.test ?? 60],
      );
      const all = [...rows.train, ...rows.validation, ...rows.test];
      assert.deepEqual(all, [...tables.labels.keys()], 'each row once');
      const indices = splitIndices(dataset, { split: chosen, seed: 3 });
      const used = new Set<string>();
      for (const part of ['train', 'validation', 'test'] as const) {
        const [set, known] = part === 'test' ? [dataset.test, inTest] : [dataset.train, inTrain];
        for (const [i, row] of rows[part].entries()) {
          const content = imageOf(tables.images, row);
          assert.ok(!used.has(content), 'no image is used twice');
          used.add(content);
          assert.equal(known.get(content), indices[part][i], `${part} row ${i}`);
          assert.equal(tables.labels[row], set.labels[indices[part][i]!]);
        }
      }
    }),
    { numRuns: 25 },
  );
});

it('a run’s seed changes the training subset only, the split’s seed the validation images too, the number of test images neither', () => {
  const of = (seed: number, splitSeed = 0, test: number | null = null) =>
    splitIndices(dataset, { split: { seed: splitSeed, validation: 30, train: 50, test }, seed });
  assert.deepEqual(of(0).train, of(0, 0, 10).train);
  assert.deepEqual(of(0).validation, of(0, 0, 10).validation);
  assert.notDeepEqual(of(0).train, of(1).train);
  assert.deepEqual(of(0).validation, of(1).validation);
  assert.deepEqual(of(0, 0, 20).test, of(1, 0, 20).test);
  assert.notDeepEqual(of(0).validation, of(0, 1).validation);
});

for (const blockSize of [null, 8]) {
  it(`a permutation of pixels (block ${blockSize}) is applied to every image alike, labels stay`, () => {
    const chosen = { seed: 0, validation: 20, train: 40, test: 20 };
    const plain = runTables(dataset, { split: chosen, transform: { kind: 'none' }, seed: 1 });
    const transform = { kind: 'permutePixels', blockSize } as const;
    const permuted = runTables(dataset, { split: chosen, transform, seed: 1 });
    assert.deepEqual(permuted.rows, plain.rows);
    assert.deepEqual(permuted.tables.labels, plain.tables.labels);
    const order = pixelPermutation(1, blockSize ?? 32);
    assert.notDeepEqual([...order], [...order.keys()]);
    for (let row = 0; row < 80; row++) {
      for (let pixel = 0; pixel < 1024; pixel += 13) {
        const [to, from] = [row * IMAGE_BYTES + 3 * pixel, row * IMAGE_BYTES + 3 * order[pixel]!];
        assert.deepEqual(
          [...permuted.tables.images.subarray(to, to + 3)],
          [...plain.tables.images.subarray(from, from + 3)],
        );
      }
    }
  });
}

it('no transform leaves the images as they are', () => {
  assert.equal(
    transformImages(dataset.train.images, { transform: { kind: 'none' }, seed: 0 }),
    dataset.train.images,
  );
});
