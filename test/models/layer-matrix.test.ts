import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { layerMatrix } from '../../src/models/index.js';
import { assertClose, normals } from '../support/numbers.js';

const SIDE = 6;

describe('a layer as a matrix', () => {
  before(() => startEngine('wasm'));

  it('of a convolution multiplies a flattened image to what conv2d computes', () => {
    const { values } = layerMatrix('convolution', { side: SIDE });
    // The row of an inner output holds the whole kernel.
    const inner = 2 * SIDE + 2;
    const row = values.subarray(inner * SIDE * SIDE, (inner + 1) * SIDE * SIDE);
    const kernel = [1, 2, 3].flatMap((y) => [1, 2, 3].map((x) => row[y * SIDE + x]!));
    const image = normals('image', SIDE * SIDE);
    const [product, convolved] = tf.tidy(() => {
      const matrix = tf.tensor2d(values, [SIDE * SIDE, SIDE * SIDE]);
      const filter = tf.tensor4d(kernel, [3, 3, 1, 1]);
      return [
        tf.matMul(matrix, tf.tensor2d(image, [SIDE * SIDE, 1])).dataSync(),
        tf.conv2d(tf.tensor4d(image, [1, SIDE, SIDE, 1]), filter, 1, 'same').dataSync(),
      ];
    });
    assertClose(product, convolved, 1e-5, 'product');
  });

  it('has as many numbers to learn as the layer has weights', () => {
    assert.equal(layerMatrix('dense', { side: SIDE }).weights, SIDE ** 4);
    assert.equal(layerMatrix('convolution', { side: SIDE }).weights, 9);
    const local = layerMatrix('locallyConnected', { side: SIDE });
    // 3 x 3 windows, cut off at the border: 16 inner ones, 16 at the sides, 4 in the corners.
    assert.equal(local.weights, 16 * 9 + 16 * 6 + 4 * 4);
    assert.equal(local.values.filter((value) => value !== 0).length, local.weights);
    assert.equal(new Set(layerMatrix('convolution', { side: SIDE }).values).size, 9 + 1);
  });
});
