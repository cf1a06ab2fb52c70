import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { compile, startEngine, tf } from '../../src/engine/index.js';
import {
  buildModel,
  forward,
  initialWeights,
  layerShapes,
  MODELS,
  type ModelSpec,
  weightShapes,
  withDropout,
  withFlattenHead,
  withoutSharing,
} from '../../src/models/index.js';
import { assertClose, normals, numericGradient } from '../support/numbers.js';

const weightTensors = (spec: ModelSpec, values: readonly Float32Array[]): tf.Tensor[] =>
  weightShapes(spec).map(({ shape }, i) => tf.tensor(values[i]!, [...shape]));

const valuesOf = (body: () => tf.Tensor): Float32Array => tf.tidy(() => body().dataSync<'float32'>().slice());

/** Every kind of layer, small enough for loops and differences. */
const tiny: ModelSpec = {
  name: 'tiny',
  inputShape: [5, 4, 2],
  layers: [
    { kind: 'conv2d', filters: 3, kernelSize: 3, activation: 'relu' },
    { kind: 'maxPool2d', size: 2 },
    { kind: 'conv2d', filters: 2, kernelSize: 1, activation: 'linear' },
    { kind: 'dropout', rate: 0.5 },
    { kind: 'flatten' },
    { kind: 'dense', units: 4, activation: 'relu' },
    { kind: 'dropout', rate: 0.25 },
    { kind: 'dense', units: 3, activation: 'linear' },
  ],
};

/** The layers by their definition, one image at a time, in double precision; masks by layer index. */
function byLoops(
  spec: ModelSpec,
  weights: readonly ArrayLike<number>[],
  image: readonly number[],
  masks: ReadonlyMap<number, readonly number[]> = new Map(),
): number[] {
  let x = [...image];
  let next = 0;
  for (const [index, { layer, inputShape }] of layerShapes(spec).entries()) {
    const [h = 1, w = 1, c = 1] = inputShape.length === 3 ? inputShape : [1, 1, inputShape[0]];
    const at = (i: number, j: number, k: number) =>
      i < 0 || j < 0 || i >= h || j >= w ? 0 : x[(i * w + j) * c + k]!;
    const y: number[] = [];
    if (layer.kind === 'conv2d' || layer.kind === 'locallyConnected2d' || layer.kind === 'dense') {
      const [kernel, bias] = [weights[next++]!, weights[next++]!];
      const size = layer.kind === 'dense' ? 1 : layer.kernelSize;
      const filters = layer.kind === 'dense' ? layer.units : layer.filters;
      const own = layer.kind === 'locallyConnected2d';
      const before = Math.floor((size - 1) / 2);
      for (let i = 0; i < h; i++)
        for (let j = 0; j < w; j++)
          for (let o = 0; o < filters; o++) {
            const position = own ? i * w + j : 0;
            let sum = bias[position * filters + o]!;
            for (let a = 0; a < size; a++)
              for (let b = 0; b < size; b++)
                for (let k = 0; k < c; k++)
                  sum +=
                    at(i + a - before, j + b - before, k) *
                    kernel[(((position * size + a) * size + b) * c + k) * filters + o]!;
            y.push(layer.activation === 'relu' ? Math.max(sum, 0) : sum);
          }
    } else if (layer.kind === 'maxPool2d') {
      for (let i = 0; i + layer.size <= h; i += layer.size)
        for (let j = 0; j + layer.size <= w; j += layer.size)
          for (let k = 0; k < c; k++) {
            const window = Array.from({ length: layer.size ** 2 }, (_, n) =>
              at(i + Math.floor(n / layer.size), j + (n % layer.size), k),
            );
            y.push(Math.max(...window));
          }
    } else if (layer.kind === 'globalAveragePool2d') {
      for (let k = 0; k < c; k++)
        y.push(x.filter((_, n) => n % c === k).reduce((a, b) => a + b, 0) / (h * w));
    } else if (layer.kind === 'dropout') {
      const mask = masks.get(index);
      y.push(...x.map((v, n) => (mask ? v * mask[n]! : v)));
    } else y.push(...x);
    x = y;
  }
  return x;
}

const drawn = (spec: ModelSpec) =>
  weightShapes(spec).map(({ name, shape }) =>
    normals(
      name,
      shape.reduce((a, b) => a * b, 1),
    ),
  );

describe('forward', () => {
  before(async () => {
    await startEngine('wasm');
  });

  for (const spec of [
    ...Object.values(MODELS),
    withFlattenHead(MODELS.small),
    withDropout(MODELS.baseline, 0.3),
  ]) {
    it(`of ${spec.name} gives what tfjs’s own layers predict`, () => {
      const before = tf.memory().numTensors;
      const model = buildModel(spec, 2);
      const pixels = normals('pixels', 2 * 3072);
      const found = valuesOf(() =>
        forward(spec, weightTensors(spec, initialWeights(spec, 2)), tf.tensor(pixels, [2, 32, 32, 3])),
      );
      const expected = valuesOf(() => model.predict(tf.tensor(pixels, [2, 32, 32, 3])) as tf.Tensor);
      model.dispose();
      assert.equal(found.length, 20);
      assertClose(found, expected, 1e-5);
      assert.equal(tf.memory().numTensors, before, 'no tensor is left');
    });
  }

  for (const spec of [tiny, withoutSharing(tiny)]) {
    it(`of ${spec.name} gives what loops over the definitions give, layer by layer`, () => {
      const weights = drawn(spec);
      const images = normals('images', 2 * 40);
      for (let upTo = 0; upTo <= spec.layers.length; upTo++) {
        const part = { ...spec, layers: spec.layers.slice(0, upTo) };
        const expected = [0, 1].flatMap((n) =>
          byLoops(part, weights, [...images.subarray(40 * n, 40 * n + 40)]),
        );
        const found = valuesOf(() =>
          forward(spec, weightTensors(spec, weights), tf.tensor(images, [2, 5, 4, 2]), { upTo }),
        );
        assertClose(found, expected, 1e-6, `after ${upTo} layers`);
      }
    });
  }

  it('averages over positions', () => {
    const spec: ModelSpec = { ...tiny, layers: [tiny.layers[0]!, { kind: 'globalAveragePool2d' }] };
    const weights = drawn(spec);
    const image = normals('image', 40);
    const found = valuesOf(() => forward(spec, weightTensors(spec, weights), tf.tensor(image, [1, 5, 4, 2])));
    assertClose(found, byLoops(spec, weights, [...image]), 1e-6);
  });

  it('applies masks in the order of the dropout layers', () => {
    const weights = drawn(tiny);
    const image = normals('image', 40);
    // Dropout layers are the 4th, on [2, 2, 2], and the 7th, on [4].
    const first = [0, 2, 2, 0, 2, 0, 0, 2];
    const second = [1.5, 0, 1.5, 1.5];
    const found = (masks: tf.Tensor[]) =>
      valuesOf(() => forward(tiny, weightTensors(tiny, weights), tf.tensor(image, [1, 5, 4, 2]), { masks }));
    const tensors = [tf.tensor(first, [1, 2, 2, 2]), tf.tensor(second, [1, 4])];
    const both = new Map([
      [3, first],
      [6, second],
    ]);
    assertClose(found(tensors), byLoops(tiny, weights, [...image], both), 1e-6);
    const onlyFirst = new Map([[3, first]]);
    assertClose(found(tensors.slice(0, 1)), byLoops(tiny, weights, [...image], onlyFirst), 1e-6);
    tf.dispose(tensors);
  });

  for (const spec of [tiny, withoutSharing(tiny)]) {
    it(`of ${spec.name} has the gradients of central differences through all layers`, () => {
      const weights = drawn(spec);
      const images = normals('images', 2 * 40);
      const target = normals('target', 6);
      const shapes = weightShapes(spec);
      const program = compile({
        variables: Object.fromEntries(
          shapes.map(({ name, shape }, i) => [name, { shape, values: weights[i]! }]),
        ),
        tables: {},
        functions: {
          gradients: {
            rows: 0,
            gather: {},
            feeds: { images: [2, 5, 4, 2], target: [2, 3] },
            body(variables, inputs) {
              const loss = (...current: tf.Tensor[]) =>
                tf.sum(tf.mul(forward(spec, current, inputs.images!), inputs.target!)) as tf.Scalar;
              const grads = tf.grads(loss)(shapes.map(({ name }) => variables[name]!));
              return { outputs: Object.fromEntries(shapes.map(({ name }, i) => [name, grads[i]!])) };
            },
          },
        },
      });
      const found = program.run('gradients', { feeds: { images, target } });
      program.dispose();
      for (const [i, { name }] of shapes.entries()) {
        const loss = (values: ArrayLike<number>) =>
          [0, 1].reduce((sum, n) => {
            const logits = byLoops(spec, weights.with(i, values as Float32Array), [
              ...images.subarray(40 * n, 40 * n + 40),
            ]);
            return sum + logits.reduce((total, logit, k) => total + logit * target[3 * n + k]!, 0);
          }, 0);
        // The loops are in double precision: the step is far below the distance to any kink.
        assertClose(found[name]!, numericGradient(loss, weights[i]!, 2 ** -12), 1e-3, name);
      }
    });
  }
});
