import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDataset } from '../../src/data/checks.js';
import type { Dataset } from '../../src/data/dataset.js';
import { shapesDataset } from '../../src/data/shapes.js';

const shapes = shapesDataset({ train: 100, test: 50, seed: 0 });
const failing = (dataset: Dataset) =>
  checkDataset(dataset)
    .filter(({ passed }) => !passed)
    .map(({ name }) => name);

test('a sound dataset passes each check, and each says what it found', () => {
  const checks = checkDataset(shapes);
  assert.deepEqual(failing(shapes), []);
  assert.equal(checks.length, 10);
  const line = checks.find(({ name }) => name === 'train balance');
  assert.equal(line?.found, '10 each, entropy 2.302585 nats');
  assert.equal(checks.find(({ name }) => name === 'test images')?.found, '[50, 32, 32, 3] uint8');
});

test('each fault fails its own check', () => {
  const { train } = shapes;
  const labels = Uint8Array.from(train.labels, (label) => (label === 3 ? 4 : label));
  assert.deepEqual(failing({ ...shapes, train: { ...train, labels } }), ['train balance']);
  const outside = Uint8Array.from(train.labels, (label, i) => (i === 0 ? 10 : label));
  assert.deepEqual(failing({ ...shapes, train: { ...train, labels: outside } }), ['train balance']);
  const dark = train.images.map((value) => value >> 1);
  assert.deepEqual(failing({ ...shapes, train: { ...train, images: dark } }), ['train values']);
  const twins = train.images.slice();
  twins.copyWithin(3072, 0, 3072);
  assert.deepEqual(failing({ ...shapes, train: { ...train, images: twins } }), ['within train']);
  const leak = shapes.test.images.slice();
  leak.set(train.images.subarray(0, 3072));
  assert.deepEqual(failing({ ...shapes, test: { ...shapes.test, images: leak } }), ['across train and test']);
  const same = shapes.classes.map((name, i) => (i === 1 ? shapes.classes[0]! : name));
  assert.deepEqual(failing({ ...shapes, classes: same }), ['classes']);
  assert.deepEqual(failing({ ...shapes, train: { ...train, labels: train.labels.subarray(1) } }), [
    'train images',
    'train balance',
  ]);
});

test('CIFAR-10 must have its own counts and names', () => {
  const expected = ['classes', 'train images', 'test images', 'train balance', 'test balance'];
  assert.deepEqual(failing({ ...shapes, name: 'cifar10' }), expected);
});
