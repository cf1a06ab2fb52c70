import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { startEngine, tf } from '../../src/engine/index.js';
import { normals } from '../support/numbers.js';

interface Pooling {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly window: [number, number];
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid';
}

const anyPooling: fc.Arbitrary<Pooling> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.integer({ min: 1, max: 5 }),
    window: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    pad: fc.constantFrom<Pooling['pad']>('same', 'valid'),
  })
  .filter((c) => c.pad === 'same' || (c.window[0] <= c.height && c.window[1] <= c.width));

/** The definition: each gradient is added at the first of the largest pixels in its window. */
function naivePoolGradient(c: Pooling, x: Float32Array, dy: Float32Array): Float64Array {
  const result = new Float64Array(x.length);
  const axes = [0, 1].map((axis) => {
    const [size, window, stride] = [[c.height, c.width][axis]!, c.window[axis]!, c.strides[axis]!];
    if (c.pad === 'valid') return { count: Math.ceil((size - window + 1) / stride), before: 0 };
    const count = Math.ceil(size / stride);
    return { count, before: Math.floor(Math.max(0, (count - 1) * stride + window - size) / 2) };
  });
  const [rows, columns] = [axes[0]!, axes[1]!];
  let at = 0;
  for (let n = 0; n < c.batch; n++)
    for (let r = 0; r < rows.count; r++)
      for (let s = 0; s < columns.count; s++)
        for (let channel = 0; channel < c.channels; channel++) {
          let largest = -1;
          for (let a = 0; a < c.window[0]; a++)
            for (let b = 0; b < c.window[1]; b++) {
              const row = r * c.strides[0] + a - rows.before;
              const column = s * c.strides[1] + b - columns.before;
              if (row < 0 || row >= c.height || column < 0 || column >= c.width) continue;
              const pixel = ((n * c.height + row) * c.width + column) * c.channels + channel;
              if (largest < 0 || x[pixel]! > x[largest]!) largest = pixel;
            }
          result[largest]! += dy[at++]!;
        }
  return result;
}

function poolGradient(c: Pooling, x: Float32Array, dyOf: (size: number) => Float32Array) {
  return tf.tidy(() => {
    const input = tf.tensor4d(x, [c.batch, c.height, c.width, c.channels]);
    const pool = (image: tf.Tensor) => tf.maxPool(image as Tensor4D, c.window, c.strides, c.pad);
    const { shape, size } = pool(input);
    const dy = dyOf(size);
    const gradient = tf.grad(pool)(input, tf.tensor(dy, shape)).dataSync<'float32'>().slice();
    return { gradient, dy };
  });
}

describe('the gradient of max-pooling on the wasm engine', () => {
  before(async () => {
    await startEngine('wasm');
  });

  it('equals the definition for any window, stride and padding', () => {
    fc.assert(
      fc.property(anyPooling, fc.nat(), (c, seed) => {
        const x = normals(`x ${seed}`, c.batch * c.height * c.width * c.channels);
        const { gradient, dy } = poolGradient(c, x, (size) => normals(`dy ${seed}`, size));
        const expected = naivePoolGradient(c, x, dy);
        gradient.forEach((value, i) => {
          assert.ok(Math.abs(value - expected[i]!) < 1e-5, `${value}, not ${expected[i]}, at ${i}`);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('goes to the first of equal pixels, as in TensorFlow', () => {
    const c: Pooling = {
      batch: 1,
      height: 2,
      width: 4,
      channels: 1,
      window: [2, 2],
      strides: [2, 2],
      pad: 'valid',
    };
    const { gradient } = poolGradient(c, Float32Array.of(0, 0, -1, 5, 0, 0, 5, 5), () =>
      Float32Array.of(3, 7),
    );
    assert.deepEqual([...gradient], [3, 0, 0, 7, 0, 0, 0, 0]);
  });
});

describe('the matrix product of the wasm engine', () => {
  before(async () => {
    await startEngine('wasm');
  });

  it('equals plain loops, whichever operands are transposed', () => {
    const sizes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(sizes, sizes, sizes, fc.boolean(), fc.boolean(), (m, k, n, transposeA, transposeB) => {
        const [a, b] = [normals('a', m * k), normals('b', k * n)];
        const expected = Float64Array.from({ length: m * n }, (_, at) => {
          const [row, column] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let i = 0; i < k; i++) {
            sum +=
              a[transposeA ? i * m + row : row * k + i]! * b[transposeB ? column * k + i : i * n + column]!;
          }
          return sum;
        });
        tf.tidy(() => {
          const left = tf.tensor2d(a, transposeA ? [k, m] : [m, k]);
          const right = tf.tensor2d(b, transposeB ? [n, k] : [k, n]);
          const product = tf.matMul(left, right, transposeA, transposeB);
          assert.deepEqual(product.shape, [m, n]);
          product.dataSync().forEach((value, i) => {
            assert.ok(Math.abs(value - expected[i]!) < 1e-4, `${value}, not ${expected[i]}, at ${i}`);
          });
        });
      }),
      { numRuns: 100 },
    );
  });

  it('leaves batches of matrices to the package', () => {
    const stack = tf.tensor3d([1, 2, 3, 4], [2, 2, 1]);
    const products = tf.matMul(stack, stack, true);
    assert.deepEqual([products.shape, ...products.dataSync()], [[2, 1, 1], 5, 25]);
    tf.dispose([stack, products]);
  });

  it('leaks no tensors', () => {
    const a = tf.ones<tf.Rank.R2>([4, 3]);
    tf.matMul(a, a, true).dispose();
    const { numTensors, numDataBuffers } = tf.memory();
    for (let i = 0; i < 5; i++) tf.matMul(a, a, true).dispose();
    assert.deepEqual([tf.memory().numTensors, tf.memory().numDataBuffers], [numTensors, numDataBuffers]);
    a.dispose();
  });
});
