import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { startEngine, tf } from '../../src/engine/index.js';
import { normals, relativeError } from '../support/numbers.js';
import { anyCase, type Case, eachProduct, type Operands, operands, typical } from './cases/convolution.js';

const filterOf = (c: Case) => normals('filter', c.kernel[0] * c.kernel[1] * c.inChannels * c.outChannels);

function naiveGradient(c: Case, given: Operands): Float64Array {
  const filter = filterOf(c);
  const result = new Float64Array(given.x.length);
  eachProduct(c, given, (x, dy, w) => {
    result[x]! += filter[w]! * given.dy[dy]!;
  });
  return result;
}

/** The gradient of sum(conv(x, w) * dy) with respect to x by tfjs's differentiation, as in training. */
function engineGradient(c: Case, { x, dy, xShape, dyShape }: Operands): Float32Array {
  return tf.tidy(() => {
    const filter = tf.tensor4d(filterOf(c), [...c.kernel, c.inChannels, c.outChannels]);
    const weights = tf.tensor4d(dy, dyShape);
    const loss = (image: tf.Tensor) =>
      tf
        .conv2d(image as Tensor4D, filter, c.stride, c.pad)
        .mul(weights)
        .sum();
    return tf.grad(loss)(tf.tensor4d(x, xShape)).dataSync<'float32'>().slice();
  });
}

describe('the input gradient of the wasm engine', () => {
  before(async () => {
    await startEngine('wasm');
  });

  it('equals nested loops by definition for any size, kernel, stride and padding', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), (c, seed) => {
        const given = operands(c, seed);
        assert.ok(relativeError(engineGradient(c, given), naiveGradient(c, given)) < 1e-4);
      }),
      { numRuns: 150 },
    );
  });

  it('equals the definition if the padding is wider than the filter minus 1', () => {
    // A 5 x 5 output around a 2 x 2 input, whose outermost pixels depend only on padding.
    tf.tidy(() => {
      const dy = tf.ones<tf.Rank.R4>([1, 5, 5, 1]);
      const filter = tf.tensor4d([3], [1, 1, 1, 1]);
      const pad: [[number, number], [number, number], [number, number], [number, number]] = [
        [0, 0],
        [1, 2],
        [2, 1],
        [0, 0],
      ];
      const attrs = { strides: 1, pad, dataFormat: 'NHWC', inputShape: [1, 2, 2, 1] };
      const dx = tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, attrs) as tf.Tensor;
      assert.deepEqual(Array.from(dx.dataSync()), [3, 3, 3, 3]);
    });
  });

  it('leaks no tensors', () => {
    const given = operands(typical, 3);
    engineGradient(typical, given);
    const { numTensors, numDataBuffers } = tf.memory();
    for (let i = 0; i < 20; i++) engineGradient(typical, given);
    assert.equal(tf.memory().numTensors, numTensors);
    assert.equal(tf.memory().numDataBuffers, numDataBuffers);
  });

  it('refuses data with channels first', () => {
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', inputShape: [1, 1, 4, 4] };
    tf.tidy(() => {
      const inputs = { dy: tf.zeros([1, 1, 4, 4]), filter: tf.zeros([3, 3, 1, 1]) };
      assert.throws(() => tf.engine().runKernel(tf.Conv2DBackpropInput, inputs, attrs), /channels last/);
    });
  });
});
