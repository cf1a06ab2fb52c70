import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { startEngine, tf } from '../../src/engine/index.js';
import { explainMissingAddon } from '../../src/engine/install/index.js';
import { filterGradient } from '../../src/engine/wasm/filter-gradient.js';
import { relativeError } from '../support/numbers.js';
import { anyCase, type Case, eachProduct, type Operands, operands, typical } from './cases/convolution.js';

function naiveGradient(c: Case, given: Operands): Float64Array {
  const result = new Float64Array(c.kernel[0] * c.kernel[1] * c.inChannels * c.outChannels);
  eachProduct(c, given, (x, dy, w) => {
    result[w]! += given.x[x]! * given.dy[dy]!;
  });
  return result;
}

/** The gradient of sum(conv(x, w) * dy) with respect to w by tfjs's differentiation, as in training. */
function engineGradient(c: Case, { x, dy, xShape, dyShape }: Operands): Float32Array {
  return tf.tidy(() => {
    const image = tf.tensor4d(x, xShape);
    const weights = tf.tensor4d(dy, dyShape);
    const filter = tf.zeros<tf.Rank.R4>([...c.kernel, c.inChannels, c.outChannels]);
    const loss = (w: tf.Tensor) =>
      tf
        .conv2d(image, w as Tensor4D, c.stride, c.pad)
        .mul(weights)
        .sum();
    return tf.grad(loss)(filter).dataSync<'float32'>().slice();
  });
}

describe('the filter gradient of the wasm engine', () => {
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

  it('equals central differences of the forward convolution', () => {
    for (const c of [typical, { ...typical, pad: 'valid', kernel: [2, 4], stride: 2 } as Case]) {
      const given = operands(c, 11);
      const size = c.kernel[0] * c.kernel[1] * c.inChannels * c.outChannels;
      // The loss is linear in the filter, so a step of any size gives the exact slope up to rounding.
      const loss = (filter: Float32Array) =>
        tf.tidy(() => {
          const image = tf.tensor4d(given.x, given.xShape);
          const w = tf.tensor4d(filter, [...c.kernel, c.inChannels, c.outChannels]);
          const out = tf.conv2d(image, w, c.stride, c.pad).dataSync<'float32'>();
          return out.reduce((sum, value, i) => sum + value * given.dy[i]!, 0);
        });
      const slopes = Array.from({ length: size }, (_, i) => {
        const at = (value: number) => Float32Array.from({ length: size }, (_, j) => (i === j ? value : 0));
        return loss(at(0.5)) - loss(at(-0.5));
      });
      assert.ok(relativeError(engineGradient(c, given), slopes) < 1e-4);
    }
  });

  it("equals the native engine's gradient within a relative error of 1e-3", async (t) => {
    const missing = explainMissingAddon();
    if (missing) return t.skip(`the native engine: ${missing}`);
    const cases: Case[] = [
      { ...typical, batch: 16, height: 32, width: 32, outChannels: 8 },
      { ...typical, batch: 16, height: 16, width: 16, inChannels: 16, outChannels: 32 },
      { ...typical, pad: 'valid' },
      { ...typical, stride: 2, kernel: [5, 2] },
    ];
    for (const c of cases) {
      const given = operands(c, 5);
      assert.ok(relativeError(engineGradient(c, given), nativeGradient(c, given)) < 1e-3);
    }
  });

  it('leaks no tensors and no wasm memory', () => {
    const given = operands(typical, 3);
    const memory = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
    for (let i = 0; i < 20; i++) engineGradient(typical, given);
    const tensors = tf.memory().numTensors;
    const buffers = tf.memory().numDataBuffers;
    const heap = memory();
    for (let i = 0; i < 200; i++) engineGradient(typical, given);
    assert.equal(tf.memory().numTensors, tensors);
    assert.equal(tf.memory().numDataBuffers, buffers);
    assert.equal(memory(), heap);
  });

  it('refuses data with channels first', () => {
    const x = tf.zeros<tf.Rank.R4>([1, 1, 4, 4]);
    const dy = tf.zeros<tf.Rank.R4>([1, 1, 4, 4]);
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [3, 3, 1, 1] };
    const call = () => tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attrs);
    assert.throws(call, /channels last/);
    tf.dispose([x, dy]);
  });

  it('has the shape of the filter', () => {
    const { x, dy, xShape, dyShape } = operands(typical, 1);
    tf.tidy(() => {
      const shape = {
        filterShape: [3, 3, 3, 5] as [number, number, number, number],
        strides: 1,
        pad: 'same' as const,
      };
      assert.deepEqual(
        filterGradient(tf.tensor4d(x, xShape), tf.tensor4d(dy, dyShape), shape).shape,
        [3, 3, 3, 5],
      );
    });
  });
});

/** The same gradient in a new process, because a process runs only one engine. */
function nativeGradient(c: Case, { x, dy, xShape, dyShape }: Operands): number[] {
  const engine = JSON.stringify(require.resolve('../../src/engine/index.js'));
  const code = `
    const { startEngine, tf } = require(${engine});
    const { c, x, dy, xShape, dyShape } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    startEngine('native').then(() => {
      const image = tf.tensor4d(x, xShape), weights = tf.tensor4d(dy, dyShape);
      const loss = (w) => tf.conv2d(image, w, c.stride, c.pad).mul(weights).sum();
      const gradient = tf.grad(loss)(tf.zeros([...c.kernel, c.inChannels, c.outChannels]));
      process.stdout.write(JSON.stringify([...gradient.dataSync()]));
    });`;
  const input = JSON.stringify({ c, x: [...x], dy: [...dy], xShape, dyShape });
  const output = execFileSync(process.execPath, ['-e', code], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return JSON.parse(output) as number[];
}
