import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { addBias, crossEntropy, matMul, relu, tf } from '../../../src/engine/index.js';
import { assertClose, normals, numericGradient } from '../../support/numbers.js';

type Values = readonly Float32Array[];

/** One of the engine's own operations, as a function of float arrays, and the same thing as plain loops. */
interface OpCase {
  readonly name: string;
  readonly shapes: readonly number[][];
  readonly inputs: Values;
  readonly op: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly oracle: (...inputs: Float32Array[]) => ArrayLike<number>;
  /** Step of the differences: any will do for a piecewise linear function, if no kink lies within it. */
  readonly epsilon: number;
}

const labels = [2, 0, 3, 3, 1];

const CASES: readonly OpCase[] = [
  {
    name: 'relu',
    shapes: [[2, 3, 3, 4]],
    // Nothing within a step of the kink, and one exact zero, whose gradient is zero by convention.
    inputs: [normals('relu', 72).map((v) => v + 0.25 * Math.sign(v))],
    op: (x) => relu(x!),
    oracle: (x) => x.map((v) => Math.max(v, 0)),
    epsilon: 1 / 16,
  },
  {
    name: 'matMul',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    inputs: [normals('left', 12), normals('right', 8)],
    op: (a, b) => matMul(a as tf.Tensor2D, b as tf.Tensor2D),
    oracle: (a, b) =>
      Array.from({ length: 6 }, (_, i) => {
        const [row, column] = [Math.floor(i / 2), i % 2];
        return [0, 1, 2, 3].reduce((sum, k) => sum + a[4 * row + k]! * b[2 * k + column]!, 0);
      }),
    epsilon: 1 / 4,
  },
  {
    name: 'addBias on feature maps',
    shapes: [[2, 3, 3, 4], [4]],
    inputs: [normals('maps', 72), normals('bias', 4)],
    op: (x, bias) => addBias(x!, bias as tf.Tensor1D),
    oracle: (x, bias) => x.map((v, i) => v + bias[i % 4]!),
    epsilon: 1 / 4,
  },
  {
    name: 'addBias on a matrix',
    shapes: [[5, 3], [3]],
    inputs: [normals('matrix', 15), normals('bias', 3)],
    op: (x, bias) => addBias(x!, bias as tf.Tensor1D),
    oracle: (x, bias) => x.map((v, i) => v + bias[i % 3]!),
    epsilon: 1 / 4,
  },
  {
    name: 'addBias on a vector',
    shapes: [[3], [3]],
    inputs: [normals('vector', 3), normals('bias', 3)],
    op: (x, bias) => addBias(x!, bias as tf.Tensor1D),
    oracle: (x, bias) => x.map((v, i) => v + bias[i]!),
    epsilon: 1 / 4,
  },
  {
    name: 'crossEntropy',
    shapes: [[5, 4]],
    inputs: [normals('logits', 20).map((v) => 3 * v)],
    op: (logits) => crossEntropy(logits as tf.Tensor2D, tf.tensor1d(labels, 'int32')),
    oracle: (logits) =>
      labels.map((label, n) => {
        const row = [...logits.subarray(4 * n, 4 * n + 4)];
        return Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - row[label]!;
      }),
    epsilon: 1 / 64,
  },
];

/** Tests the engine's own operations on the running engine: values against loops, gradients against differences. */
export function testOps(start: (t: TestContext) => Promise<boolean>): void {
  for (const opCase of CASES) {
    it(`${opCase.name} has the same values as a plain loop`, async (t) => {
      if (!(await start(t))) return;
      assertClose(evaluate(opCase, opCase.inputs), opCase.oracle(...opCase.inputs), 1e-6);
    });

    it(`${opCase.name} has the same gradients as central differences`, async (t) => {
      if (!(await start(t))) return;
      const before = tf.memory().numTensors;
      const size = evaluate(opCase, opCase.inputs).length;
      const weights = normals(`weights of ${opCase.name}`, size);
      const found = gradients(opCase, weights);
      for (const [i, gradient] of found.entries()) {
        const expected = numericGradient(
          (x) => dot(evaluate(opCase, opCase.inputs.with(i, x)), weights),
          opCase.inputs[i]!,
          opCase.epsilon,
        );
        assertClose(gradient, expected, 1e-3, `gradient with respect to input ${i}`);
      }
      assert.equal(tf.memory().numTensors, before, 'no tensor is leaked');
    });
  }

  it('relu has gradient zero at zero', async (t) => {
    if (!(await start(t))) return;
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => relu(x).sum())(tf.tensor1d([-1, 0, 2]))
        .dataSync(),
    );
    assert.deepEqual([...gradient], [0, 0, 1]);
  });

  it('crossEntropy stays finite for logits whose exponentials overflow', async (t) => {
    if (!(await start(t))) return;
    const [loss, gradient] = tf.tidy(() => {
      const logits = tf.tensor2d([1000, -1000, 0, 0, 1000, -1000], [2, 3]);
      const target = tf.tensor1d([0, 0], 'int32');
      const f = (x: tf.Tensor) => crossEntropy(x as tf.Tensor2D, target);
      return [
        [...f(logits).dataSync()],
        [
          ...tf
            .grad((x) => f(x).sum())(logits)
            .dataSync(),
        ],
      ];
    });
    assert.deepEqual(
      loss!.map((v) => v + 0),
      [0, 1000],
    );
    assert.deepEqual(gradient, [0, 0, 0, -1, 1, 0]);
  });
}

function evaluate({ shapes, op }: OpCase, inputs: Values): Float32Array {
  return tf.tidy(() =>
    op(...inputs.map((x, i) => tf.tensor(x, shapes[i]!)))
      .dataSync<'float32'>()
      .slice(),
  );
}

/** Gradients of the weighted sum of the outputs with respect to each input. */
function gradients({ shapes, op, inputs }: OpCase, weights: Float32Array): Float32Array[] {
  return tf.tidy(() => {
    const loss = (...xs: tf.Tensor[]) =>
      op(...xs)
        .flatten()
        .mul(tf.tensor1d(weights))
        .sum();
    const grads = tf.grads(loss)(inputs.map((x, i) => tf.tensor(x, shapes[i]!)));
    return grads.map((gradient) => gradient.dataSync<'float32'>().slice());
  });
}

/** In double precision, so that the sum adds nothing to the error of the operation itself. */
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
