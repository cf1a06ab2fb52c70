import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { random } from '../../src/base/random.js';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { confidentMistakes, featureMapsOf, infer, inference } from '../../src/lab/index.js';
import { cnn, initialWeights, layerShapes, type ModelSpec } from '../../src/models/index.js';
import { assertClose } from '../support/numbers.js';
import { refusal } from '../support/refusal.js';
import { layersActivations } from './layers-oracle.js';

const stream = random(3, 'pixels');
const images = (count: number) =>
  Uint8Array.from({ length: count * IMAGE_BYTES }, () => stream.integer(0, 255));

/** A dense layer alone: logits by a plain loop. */
const linear: ModelSpec = {
  name: 'linear',
  inputShape: [32, 32, 3],
  layers: [{ kind: 'flatten' }, { kind: 'dense', units: 10, activation: 'linear' }],
};

describe('running a network', () => {
  before(() => startEngine('wasm'));

  it('a dense network gives the logits of a plain loop, over several batches, and frees what it held', async () => {
    const tensors = tf.memory().numTensors;
    const [kernel, bias] = initialWeights(linear, 5);
    for (let k = 0; k < 10; k++) bias![k] = k / 10;
    const network = inference(linear, [kernel!, bias!]);
    const pixels = images(251);
    const found = await network.run(pixels);
    assert.equal(found.length, 2510);
    for (const n of [0, 249, 250]) {
      for (const k of [0, 9]) {
        let expected = bias![k]!;
        for (let i = 0; i < IMAGE_BYTES; i++)
          expected += (pixels[n * IMAGE_BYTES + i]! / 255) * kernel![i * 10 + k]!;
        assert.ok(Math.abs(found[n * 10 + k]! - expected) < 1e-4, `image ${n}, class ${k}`);
      }
    }
    network.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('a network run up to any layer gives the activations of the tf.layers model, dropout off, and changes no argument', async () => {
    const spec = cnn('tiny', 4, 6);
    const weights = initialWeights(spec, 2);
    const kept = weights.map((values) => values.slice());
    const pixels = images(7);
    const pixelsKept = pixels.slice();
    const expected = layersActivations(spec, weights, pixels);
    for (const { name } of layerShapes(spec))
      assertClose(await infer(spec, weights, pixels, { upTo: name }), expected[name]!, 1e-5, name);
    assertClose(
      await infer(spec, weights, pixels),
      expected[layerShapes(spec).at(-1)!.name]!,
      1e-5,
      'logits',
    );
    assert.deepEqual([weights, pixels], [kept, pixelsKept]);
  });

  it('bytes are scaled by the float32 nearest to 1/255, and floats are taken as they are', async () => {
    const passing: ModelSpec = { name: 'passing', inputShape: [32, 32, 3], layers: [{ kind: 'flatten' }] };
    const bytes = Uint8Array.from({ length: IMAGE_BYTES }, (_, i) => i % 256);
    const scaled = Float32Array.from(bytes, (byte) => byte * Math.fround(1 / 255));
    assert.deepEqual(await infer(passing, [], bytes), scaled);
    const floats = Float32Array.from(bytes, (byte) => byte - 100.5);
    assert.deepEqual(await infer(passing, [], floats), floats);
  });

  it('a network answers by its new weights once they are replaced', async () => {
    const [first, second] = [1, 2].map((seed) => initialWeights(linear, seed));
    const pixels = images(2);
    const network = inference(linear, first!);
    network.setWeights({ 'dense1/kernel': second![0]! });
    assert.deepEqual(await network.run(pixels), await infer(linear, second!, pixels));
    network.dispose();
  });

  it('smaller batches for few images give the same outputs', async () => {
    const weights = initialWeights(linear, 0);
    const pixels = images(7);
    const whole = await infer(linear, weights, pixels);
    for (const count of [0, 1, 3, 7])
      assertClose(await infer(linear, weights, pixels, { images: count }), whole, 1e-6);
  });

  it('no image gives no output, and part of an image is refused', async () => {
    const network = inference(linear, initialWeights(linear, 0));
    assert.equal((await network.run(new Uint8Array(0))).length, 0);
    await assert.rejects(
      network.run(images(1).subarray(1)),
      refusal({ found: '3071', expected: 'a multiple of 3072' }),
    );
    network.dispose();
  });

  it('layers and weights that are not those of the network are refused, and nothing is left behind', () => {
    const tensors = tf.memory().numTensors;
    const weights = initialWeights(linear, 0);
    assert.throws(
      () => inference(linear, weights.slice(0, 1)),
      refusal({ what: '"linear"', found: '1 arrays', expected: '2: dense1/kernel, dense1/bias' }),
    );
    assert.throws(
      () => inference(linear, [weights[0]!, new Float32Array(9)]),
      refusal({ where: 'dense1/bias' }),
    );
    assert.throws(
      () => inference(linear, weights, { upTo: 'conv1' }),
      refusal({ found: 'conv1', expected: 'flatten1, dense1' }),
    );
    assert.equal(tf.memory().numTensors, tensors);
  });
});

describe('what a trained network shows of chosen images', () => {
  before(() => startEngine('wasm'));

  it('the most confident mistakes are ordered by the softmax of the logits', async () => {
    // Logits: the bias alone, so that class 2 is predicted with exp(2) / (exp(2) + 9) = 0.4509 everywhere.
    const [kernel, bias] = initialWeights(linear, 0).map((values) => values.map(() => 0));
    bias![2] = 2;
    const set = { images: images(4), labels: Uint8Array.of(2, 0, 2, 9), count: 4 };
    const tensors = tf.memory().numTensors;
    const found = await confidentMistakes(linear, [kernel!, bias!], set, 5);
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

  it('feature maps come as one set per image, and a dense layer has none', async () => {
    // A 1 x 1 convolution that sums the colors, and one that takes red alone.
    const spec: ModelSpec = {
      name: 'sum',
      inputShape: [32, 32, 3],
      layers: [{ kind: 'conv2d', filters: 2, kernelSize: 1, activation: 'relu' }, { kind: 'flatten' }],
    };
    const pixels = images(2);
    const weights = [Float32Array.of(1, 1, /**/ 1, 0, /**/ 1, 0), new Float32Array(2)];
    const tensors = tf.memory().numTensors;
    const [, second] = await featureMapsOf(spec, weights, 'conv1', pixels);
    assert.deepEqual(second?.shape, [32, 32, 2]);
    for (const p of [0, 500, 1023]) {
      const [r, g, b] = pixels.subarray(IMAGE_BYTES + 3 * p);
      assert.ok(Math.abs(second.maps[2 * p]! - (r! + g! + b!) / 255) < 1e-5);
      assert.ok(Math.abs(second.maps[2 * p + 1]! - r! / 255) < 1e-5);
    }
    await assert.rejects(featureMapsOf(spec, weights, 'flatten1', pixels), /"flatten1" has no feature maps/);
    assert.equal(tf.memory().numTensors, tensors);
  });
});
