import { ATTR, DTYPE, isNative, nativeBackend, type OpAttr, typeAttr } from './native-binding.js';
import { tf } from './tf.js';

/*
 * Operations of a training step whose gradients are single ops in TensorFlow. tfjs composes these gradients from several
 * ops, with constants and temporaries as large as the activations. On the native engine the functions below use
 * TensorFlow's gradient ops; on other engines they are those of tfjs, with the same values and gradients.
 */

const FLOAT: OpAttr = typeAttr('T', DTYPE.float);

/**
 * max(x, 0), any shape.
 *
 * @example
 * ```ts
 * import { relu, startEngine, tf } from 'whyconv';
 *
 * await startEngine();
 * relu(tf.tensor1d([-1, 0, 2])).dataSync(); // => [0, 0, 2]
 * ```
 */
export function relu<T extends tf.Tensor>(x: T): T {
  if (!isNative()) return tf.relu(x);
  const op = tf.customGrad((input, save) => {
    const value = run('Relu', [input as tf.Tensor]);
    (save as tf.GradSaveFunc)([value]);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [run('ReluGrad', [dy, saved[0]!])] };
  });
  return op(x) as T;
}

/**
 * Matrix product [m, k] x [k, n]. One `MatMul`, which TensorFlow's graph optimizer fuses with a bias and ReLU after it.
 *
 * @example
 * ```ts
 * import { matMul, startEngine, tf } from 'whyconv';
 *
 * await startEngine();
 * matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync(); // => [11]
 * ```
 */
export function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  if (!isNative()) return tf.matMul(a, b);
  const op = tf.customGrad((left, right, save) => {
    const [x, y] = [left as tf.Tensor, right as tf.Tensor];
    (save as tf.GradSaveFunc)([x, y]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => [
      product(dy, saved[1]!, { transposeB: true }),
      product(saved[0]!, dy, { transposeA: true }),
    ];
    return { value: product(x, y), gradFunc };
  });
  return op(a, b) as tf.Tensor2D;
}

function product(a: tf.Tensor, b: tf.Tensor, { transposeA = false, transposeB = false } = {}): tf.Tensor {
  const attrs = [
    FLOAT,
    { name: 'transpose_a', type: ATTR.bool, value: transposeA },
    { name: 'transpose_b', type: ATTR.bool, value: transposeB },
  ];
  return nativeBackend().executeSingleOutput('MatMul', attrs, [a, b]);
}

/**
 * Adds `bias` [c] to the last dimension of `x` [..., c].
 *
 * @example
 * ```ts
 * import { addBias, startEngine, tf } from 'whyconv';
 *
 * await startEngine();
 * addBias(tf.zeros([2, 3]), tf.tensor1d([1, 2, 3])).dataSync(); // => [1, 2, 3, 1, 2, 3]
 * ```
 */
export function addBias<T extends tf.Tensor>(x: T, bias: tf.Tensor1D): T {
  // TensorFlow's op needs a batch dimension.
  if (!isNative() || x.rank < 2) return tf.add(x, bias);
  const op = tf.customGrad((input, biasInput) => ({
    value: run('BiasAdd', [input as tf.Tensor, biasInput as tf.Tensor]),
    gradFunc: (dy: tf.Tensor) => [dy.clone(), run('BiasAddGrad', [dy])],
  }));
  return op(x, bias) as T;
}

/**
 * Softmax cross-entropy per example, in nats: -log softmax(logits)[label].
 *
 * @param logits [batch, classes] float32
 * @param labels [batch] int32, 0 to classes - 1
 * @returns [batch]
 * @example
 * ```ts
 * import { crossEntropy, startEngine, tf } from 'whyconv';
 *
 * await startEngine();
 * const logits = tf.zeros([2, 10]) as tf.Tensor2D;
 * crossEntropy(logits, tf.tensor1d([0, 9], 'int32')).dataSync(); // => [Math.log(10), Math.log(10)]
 * ```
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  if (!isNative()) {
    const logProbabilities = tf.logSoftmax(logits);
    return tf.neg(tf.sum(tf.mul(logProbabilities, tf.oneHot(labels, logits.shape[1])), 1)) as tf.Tensor1D;
  }
  const op = tf.customGrad((input, save) => {
    const attrs = [FLOAT, typeAttr('Tlabels', DTYPE.int32)];
    const name = 'SparseSoftmaxCrossEntropyWithLogits';
    const [loss, gradient] = nativeBackend().executeMultipleOutputs(
      name,
      attrs,
      [input as tf.Tensor, labels],
      2,
    );
    (save as tf.GradSaveFunc)([gradient!]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => [tf.mul(saved[0]!, tf.expandDims(dy, 1))];
    return { value: loss!, gradFunc };
  });
  return op(logits) as tf.Tensor1D;
}

const run = (op: string, inputs: tf.Tensor[]): tf.Tensor =>
  nativeBackend().executeSingleOutput(op, [FLOAT], inputs);
