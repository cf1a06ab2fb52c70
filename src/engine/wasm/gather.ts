import type { tf } from '../tf.js';
import type { KernelCall, WasmBackend } from './kernel.js';

/**
 * Kernel for picking rows by index: each is copied in one piece. The package's own kernel computes the place of every
 * single value.
 *
 * Inputs: x [rows, ...rest] float32, indices int32 of any shape; result [...indices, ...rest]. Nothing for gathers along
 * other dimensions.
 */
export function gatherRows({ inputs, attrs, backend }: KernelCall): tf.TensorInfo | undefined {
  const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
  const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
  const [rows, ...rest] = x.shape;
  if (axis !== 0 || batchDims !== 0 || x.dtype !== 'float32' || indices.dtype !== 'int32') return;
  const wasm = backend as unknown as WasmBackend;
  const result = wasm.makeOutput([...indices.shape, ...rest], 'float32');
  const picked = wasm.typedArrayFromHeap(indices) as unknown as Int32Array;
  if (picked.some((row) => row < 0 || row >= rows!)) {
    throw new RangeError(`gather: an index is not from 0 to ${rows! - 1}`);
  }
  const size = rest.reduce((product, n) => product * n, 1);
  const [values, out] = [wasm.typedArrayFromHeap(x), wasm.typedArrayFromHeap(result)];
  for (const [i, row] of picked.entries()) out.set(values.subarray(row * size, (row + 1) * size), i * size);
  return result;
}
