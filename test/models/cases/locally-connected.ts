import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { tf } from '../../../src/engine/index.js';
import {
  buildModel,
  countParameters,
  initialWeights,
  locallyConnected2d,
  MODELS,
  weightShapes,
  withoutSharing,
} from '../../../src/models/index.js';
import { assertClose, normals } from '../../support/numbers.js';
import { refusal } from '../../support/refusal.js';

type Arrays = readonly Float32Array[];

const BATCH = 3;
const [H, W, C, F] = [5, 4, 2, 3] as const;

/** The array `times` times over. */
const repeated = (values: Float32Array, times: number): Float32Array =>
  Float32Array.from({ length: values.length * times }, (_, i) => values[i % values.length]!);

/** Sums over positions of an array [positions, size]. */
const summed = (values: Float32Array, size: number): Float32Array =>
  values.reduce((sums, value, i) => {
    sums[i % size]! += value;
    return sums;
  }, new Float32Array(size));

/** Values and gradients of the values' weighted sum, by each input. */
function evaluate(op: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: Arrays, shapes: readonly number[][]) {
  return tf.tidy(() => {
    const tensors = inputs.map((values, i) => tf.tensor(values, shapes[i]!));
    const value = op(...tensors);
    const weights = tf.tensor(normals('weights', value.size), value.shape);
    const grads = tf.grads((...xs) => tf.sum(tf.mul(op(...xs), weights)))(tensors);
    return [value, ...grads].map((tensor) => tensor.dataSync<'float32'>().slice());
  });
}

/** The locally connected operation, on the engine that runs. */
export function testLocallyConnected(start: (t: TestContext) => Promise<boolean>): void {
  for (const k of [1, 2, 3, 5]) {
    it(`with one ${k} x ${k} kernel copied to every position it is a convolution`, async (t) => {
      if (!(await start(t))) return;
      const before = tf.memory().numTensors;
      const x = normals('x', BATCH * H * W * C);
      const kernel = normals('kernel', k * k * C * F);
      const bias = normals('bias', F);
      const convolved = evaluate(
        (a, b, c) => tf.add(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'), c!),
        [x, kernel, bias],
        [[BATCH, H, W, C], [k, k, C, F], [F]],
      );
      const found = evaluate(
        (a, b, c) => locallyConnected2d(a as tf.Tensor4D, b as tf.Tensor3D, c as tf.Tensor3D),
        [x, repeated(kernel, H * W), repeated(bias, H * W)],
        [
          [BATCH, H, W, C],
          [H * W, k * k * C, F],
          [H, W, F],
        ],
      );
      const [value, byX, byKernel, byBias] = convolved;
      assertClose(found[0]!, value!, 1e-5, 'values');
      assertClose(found[1]!, byX!, 1e-5, 'gradient by the input');
      assertClose(summed(found[2]!, kernel.length), byKernel!, 1e-5, 'gradient by the kernel');
      assertClose(summed(found[3]!, F), byBias!, 1e-5, 'gradient by the bias');
      assert.equal(tf.memory().numTensors, before, 'no tensor is left');
    });
  }

  it('uses at a position the kernel of that position, patches in the order of a convolution kernel', async (t) => {
    if (!(await start(t))) return;
    const x = normals('x', H * W * C);
    const kernel = normals('own kernels', H * W * 9 * C * F);
    const found = tf.tidy(() =>
      locallyConnected2d(tf.tensor4d(x, [1, H, W, C]), tf.tensor3d(kernel, [H * W, 9 * C, F]))
        .dataSync<'float32'>()
        .slice(),
    );
    const expected = Array.from({ length: H * W * F }, (_, at) => {
      const [position, o] = [Math.floor(at / F), at % F];
      const [i, j] = [Math.floor(position / W), position % W];
      let sum = 0;
      for (let tap = 0; tap < 9; tap++)
        for (let c = 0; c < C; c++) {
          const [y, z] = [i + Math.floor(tap / 3) - 1, j + (tap % 3) - 1];
          if (y < 0 || z < 0 || y >= H || z >= W) continue;
          sum += x[(y * W + z) * C + c]! * kernel[((position * 9 + tap) * C + c) * F + o]!;
        }
      return sum;
    });
    assertClose(found, expected, 1e-6);
  });

  it('a model of such layers has the parameters of the formula, and starts like the convolution', async (t) => {
    if (!(await start(t))) return;
    const spec = withoutSharing(MODELS.small);
    const held = initialWeights(spec, 3).reduce((sum, values) => sum + values.length, 0);
    assert.equal(held, countParameters(spec));
    // Every convolution has h * w times its weights; the head is unchanged.
    const positions = [1024, 1024, 256, 256, 64];
    const shared = [224, 584, 1168, 2320, 4640];
    assert.equal(held, shared.reduce((sum, n, i) => sum + n * positions[i]!, 0) + 33 * 128 + 129 * 10);
    assert.deepEqual(
      weightShapes(spec).map(({ limit }) => limit),
      weightShapes(MODELS.small).map(({ limit }) => limit),
    );
    const largest = initialWeights(spec, 3)[0]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const limit = Math.sqrt(6 / (9 * (3 + 8)));
    assert.ok(largest <= Math.fround(limit) && largest > 0.999 * limit);
  });

  it('tf.layers has no such layer, and says what has', async (t) => {
    if (!(await start(t))) return;
    assert.throws(
      () => buildModel(withoutSharing(MODELS.small), 0),
      refusal({ where: 'layer "local1"', remedy: 'forward' }),
    );
  });
}
