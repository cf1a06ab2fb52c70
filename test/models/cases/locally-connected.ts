import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { tf } from '../../../src/engine/index.js';
import {
  buildModel,
  countParameters,
  initialWeights,
  LocallyConnected2D,
  locallyConnected2d,
  MODELS,
  type ModelSpec,
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

/** The locally connected operation and its layer, on the engine that runs. */
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
    const model = buildModel(spec, 3);
    const held = model.countParams();
    model.dispose();
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

  it('a model with the layer comes back from JSON and its weights as it was', async (t) => {
    if (!(await start(t))) return;
    const before = tf.memory().numTensors;
    const made = buildModel(tiny, 1);
    const json: unknown = JSON.parse(made.toJSON() as string);
    const read = await tf.models.modelFromJSON(json as Parameters<typeof tf.models.modelFromJSON>[0]);
    const images = normals('images', 2 * H * W * C);
    const [expected, found] = tf.tidy(() => {
      read.setWeights(made.getWeights());
      return [made, read].map((model) =>
        (model.predict(tf.tensor4d(images, [2, H, W, C])) as tf.Tensor).dataSync<'float32'>().slice(),
      );
    });
    assert.deepEqual(found, expected);
    assert.ok(expected!.some((value) => value !== 0));
    const [layer] = read.layers;
    assert.ok(layer instanceof LocallyConnected2D);
    assert.deepEqual(layer.getConfig(), made.layers[0]!.getConfig());
    assert.deepEqual(layer.computeOutputShape([null, 7, 6, 2]), [null, 7, 6, F]);
    made.dispose();
    read.dispose();
    assert.equal(tf.memory().numTensors, before, 'no tensor is left');
  });

  it('the layer draws its own kernels within the limit of the convolution, one seed one draw', async (t) => {
    if (!(await start(t))) return;
    const drawn = (seed: number) => {
      const layer = new LocallyConnected2D({ filters: F, kernelSize: 3, seed });
      const values = tf.tidy(() => {
        layer.apply(tf.zeros([1, H, W, C]));
        return layer.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
      });
      layer.dispose();
      return values;
    };
    const [kernel, bias] = drawn(1);
    const limit = Math.sqrt(6 / (9 * (C + F)));
    assert.ok(kernel!.every((value) => Math.abs(value) <= limit));
    assert.ok(kernel!.some((value) => value < -0.9 * limit) && kernel!.some((value) => value > 0.9 * limit));
    assert.ok(bias!.every((value) => value === 0));
    assert.deepEqual(drawn(1), [kernel, bias]);
    assert.notDeepEqual(drawn(2)[0], kernel);
  });

  it('the layer refuses what it has no weights for', async (t) => {
    if (!(await start(t))) return;
    const layer = new LocallyConnected2D({ filters: 2, kernelSize: 3, name: 'local' });
    assert.throws(() => layer.build([null, 12]), refusal({ where: 'layer "local"', found: '[null,12]' }));
    assert.throws(() => layer.build([null, null, 4, 2]), refusal({ found: '[null,null,4,2]' }));
    tf.tidy(() => {
      layer.apply(tf.zeros([1, H, W, C]));
    });
    const other = tf.zeros([1, H + 1, W, C]);
    assert.throws(() => layer.apply(other), refusal({ found: '[1,6,4,2]', expected: '[batch, 5, 4, 2]' }));
    other.dispose();
    layer.dispose();
    assert.throws(
      () => new LocallyConnected2D({ filters: 0, kernelSize: 3, name: 'none' }),
      refusal({ what: 'filters', where: 'layer "none"', found: '0' }),
    );
    assert.throws(() => new LocallyConnected2D({ filters: 1, kernelSize: 1.5 }), refusal({ found: '1.5' }));
  });
}

const tiny: ModelSpec = {
  name: 'tiny',
  inputShape: [H, W, C],
  layers: [
    { kind: 'locallyConnected2d', filters: F, kernelSize: 3, activation: 'relu' },
    { kind: 'flatten' },
    { kind: 'dense', units: 2, activation: 'linear' },
  ],
};
