import type { tf } from '../tf.js';
import type { KernelCall, WasmBackend } from './kernel.js';

/**
 * Kernel that picks rows by index, copying each as a whole. The package's own kernel computes the position of every
 * single value.
 *
 * Inputs: x [rows, ...rest] float32, indices int32 of any shape; result [...indices, ...rest]. Returns undefined for
 * gathers along other dimensions, which the package's kernel then computes.
 *
 * @throws RangeError if an index is not a row of x; nothing is allocated then
 */
export function gatherRows({ inputs, attrs, backend }: KernelCall): tf.TensorInfo | undefined {
  const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
  const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
  const [rows, ...rest] = x.shape;
  if (axis !== 0 || batchDims !== 0 || x.dtype !== 'float32' || indices.dtype !== 'int32') return;
  const wasm = backend as unknown as WasmBackend;
  const picked = () => wasm.typedArrayFromHeap(indices) as unknown as Int32Array;
  const outside = picked().find((row) => row < 0 || row >= rows!);
  if (outside !== undefined) {
    throw new RangeError(`gather: index ${outside} is not within 0 to ${rows! - 1}`);
  }
  // Allocating may move the heap, so views are taken after it.
  const result = wasm.makeOutput([...indices.shape, ...rest], 'float32');
  const size = rest.reduce((product, n) => product * n, 1);
  const [values, out] = [wasm.typedArrayFromHeap(x), wasm.typedArrayFromHeap(result)];
  for (const [i, row] of picked().entries()) out.set(values.subarray(row * size, (row + 1) * size), i * size);
  return result;
}
