import type { Tensor2D } from '@tensorflow/tfjs';
import { tf } from '../tf.js';
import { asTensor, type KernelCall } from './kernel.js';

/**
 * Kernel for products of two matrices with one or both transposed, as in gradients: it transposes them first. The package
 * multiplies matrices fast only as they are stored, and otherwise falls back to a scalar loop.
 *
 * Inputs: a and b, of rank 2. Returns undefined for other ranks or if nothing is transposed, which the package's kernel
 * then computes.
 */
export function productOfTransposed({ inputs, attrs }: KernelCall): tf.TensorInfo | undefined {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
  if (!(transposeA || transposeB) || a.shape.length !== 2 || b.shape.length !== 2) return;
  return tf.tidy(() => tf.matMul(materialized(a, transposeA), materialized(b, transposeB)));
}

function materialized(info: tf.TensorInfo, transposed: boolean): Tensor2D {
  const matrix = asTensor<Tensor2D>(info);
  return transposed ? tf.transpose(matrix) : matrix;
}
