import type { Tensor2D } from '@tensorflow/tfjs';
import { tf } from '../tf.js';
import { asTensor, type KernelCall } from './kernel.js';

/**
 * Kernel for products of two matrices of which some are to be transposed, as gradients have them: transposes first. The
 * package multiplies matrices fast only as they lie, and falls back to a loop over scalars else.
 *
 * Inputs: a and b, of rank 2; nothing for other ranks, or where nothing is transposed.
 */
export function productOfTransposed({ inputs, attrs }: KernelCall): tf.TensorInfo | undefined {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
  if (!(transposeA || transposeB) || a.shape.length !== 2 || b.shape.length !== 2) return;
  return tf.tidy(() => tf.matMul(asItLies(a, transposeA), asItLies(b, transposeB)));
}

function asItLies(info: tf.TensorInfo, transposed: boolean): Tensor2D {
  const matrix = asTensor<Tensor2D>(info);
  return transposed ? tf.transpose(matrix) : matrix;
}
