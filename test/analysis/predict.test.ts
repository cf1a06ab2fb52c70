import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { confidentMistakes, featureMapsOf, predictor } from '../../src/analysis/index.js';
import { random } from '../../src/base/random.js';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import {
  cnn,
  initialWeights,
  type ModelSpec,
  modelWithWeights,
  withDropout,
} from '../../src/models/index.js';

const stream = random(3, 'pixels');
const images = (count: number) =>
  Uint8Array.from({ length: count * IMAGE_BYTES }, () => stream.integer(0, 255));

/** A dense layer alone: logits by a plain loop. */
const linear: ModelSpec = {
  name: 'linear',
  inputShape: [32, 32, 3],
  layers: [{ kind: 'flatten' }, { kind: 'dense', units: 10, activation: 'linear' }],
};

describe('predictor', () => {
  before(() => startEngine('wasm'));

  it('gives the logits that a plain loop gives, over batches, and frees what it held', () => {
    const tensors = tf.memory().numTensors;
    const [kernel, bias] = initialWeights(linear, 5);
    for (let k = 0; k < 10; k++) bias![k] = k / 10;
    const model = predictor(linear, [kernel!, bias!]);
    const pixels = images(251);
    const found = model.predict(pixels);
    assert.equal(found.length, 2510);
    for (const n of [0, 249, 250]) {
      for (const k of [0, 9]) {
        let expected = bias![k]!;
        for (let i = 0; i < IMAGE_BYTES; i++)
          expected += (pixels[n * IMAGE_BYTES + i]! / 255) * kernel![i * 10 + k]!;
        assert.ok(Math.abs(found[n * 10 + k]! - expected) < 1e-4, `image ${n}, class ${k}`);
      }
    }
    model.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });
  it('agrees with the layers model of the same weights, its dropout off, and changes neither the images nor the weights', () => {
    const spec = withDropout(cnn('tiny', 4, 6), 0.5);
    const weights = initialWeights(spec, 2);
    const kept = weights.map((values) => values.slice());
    const pixels = images(7);
    const pixelsKept = pixels.slice();
    const model = predictor(spec, weights);
    const layers = modelWithWeights(spec, weights);
    const expected = tf.tidy(() =>
      (
        layers.predict(tf.div(tf.tensor(Array.from(pixels), [7, 32, 32, 3]), 255)) as tf.Tensor
      ).dataSync<'float32'>(),
    );
    const found = model.predict(pixels);
    for (const [i, value] of found.entries()) assert.ok(Math.abs(value - expected[i]!) < 1e-4, `logit ${i}`);
    assert.deepEqual(model.predict(pixels), found);
    assert.deepEqual([weights, pixels], [kept, pixelsKept]);
    model.dispose();
    layers.dispose();
  });
  it('of no image gives no logit, and refuses what is no whole image', () => {
    const model = predictor(linear, initialWeights(linear, 0));
    assert.equal(model.predict(new Uint8Array(0)).length, 0);
    assert.throws(() => model.predict(images(1).subarray(1)));
    model.dispose();
  });
  it('refuses weights that are not those of the model, and leaves nothing behind', () => {
    const tensors = tf.memory().numTensors;
    const [kernel] = initialWeights(linear, 0);
    assert.throws(() => predictor(linear, [kernel!]), /"linear" has 2 weight tensors, not 1/);
    assert.throws(
      () => predictor(linear, [kernel!, new Float32Array(9)]),
      /dense1\/bias of model "linear" has 10 values, not 9/,
    );
    assert.equal(tf.memory().numTensors, tensors);
  });
});

describe('what a trained model shows of chosen images', () => {
  before(() => startEngine('wasm'));

  it('its most confident mistakes, by the softmax of its logits', () => {
    // Logits: the bias alone, so that class 2 is predicted with exp(2) / (exp(2) + 9) = 0.4509 everywhere.
    const [kernel, bias] = initialWeights(linear, 0).map((values) => values.map(() => 0));
    bias![2] = 2;
    const set = { images: images(4), labels: Uint8Array.of(2, 0, 2, 9), count: 4 };
    const tensors = tf.memory().numTensors;
    const found = confidentMistakes(linear, [kernel!, bias!], set, 5);
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual(
      found.map(({ index, label, predicted, confidence }) => [
        index,
        label,
        predicted,
        confidence.toFixed(4),
      ]),
      [
        [1, 0, 2, '0.4509'],
        [3, 9, 2, '0.4509'],
      ],
    );
  });
  it('its feature maps, one set an image', async () => {
    // A 1 x 1 convolution that sums the colours, and one that takes red alone.
    const spec: ModelSpec = {
      name: 'sum',
      inputShape: [32, 32, 3],
      layers: [{ kind: 'conv2d', filters: 2, kernelSize: 1, activation: 'relu' }],
    };
    const pixels = images(2);
    const kernel = Float32Array.of(1, 1, /**/ 1, 0, /**/ 1, 0);
    const [, second] = await featureMapsOf(spec, [kernel, new Float32Array(2)], 'conv1', pixels);
    assert.deepEqual(second?.shape, [32, 32, 2]);
    for (const p of [0, 500, 1023]) {
      const [r, g, b] = pixels.subarray(IMAGE_BYTES + 3 * p);
      assert.ok(Math.abs(second.maps[2 * p]! - (r! + g! + b!) / 255) < 1e-5);
      assert.ok(Math.abs(second.maps[2 * p + 1]! - r! / 255) < 1e-5);
    }
  });
});
