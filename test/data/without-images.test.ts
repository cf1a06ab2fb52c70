import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CIFAR10_CLASSES,
  checkDataset,
  type DatasetFacts,
  hasImages,
  NoImagesError,
  shapesDataset,
  withoutImages,
} from '../../src/data/index.js';

const FACTS: DatasetFacts = {
  name: 'cifar10',
  classes: CIFAR10_CLASSES,
  fingerprint: 'f'.repeat(64),
  official: false,
  train: 50_000,
  test: 10_000,
};

describe('a dataset without images', () => {
  it('tells its facts, and refuses images and labels with what to do', () => {
    const dataset = withoutImages(FACTS);
    assert.deepEqual(
      [dataset.train.count, dataset.test.count, dataset.fingerprint, dataset.classes],
      [50_000, 10_000, FACTS.fingerprint, CIFAR10_CLASSES],
    );
    for (const set of [dataset.train, dataset.test]) {
      assert.throws(() => set.images, NoImagesError);
      assert.throws(() => set.labels, /not at hand[\s\S]*remedy: +npm run data/);
    }
    assert.throws(() => checkDataset(dataset), NoImagesError);
  });

  it('is told from one with images', () => {
    assert.equal(hasImages(withoutImages(FACTS)), false);
    assert.equal(hasImages(shapesDataset({ train: 10, test: 10, seed: 0 })), true);
  });
});
