import type { tf } from './tf.js';
import type { KernelCall, WasmBackend } from './wasm-kernel.js';

/**
 * Kernel for sums over all dimensions but the last, which is what a bias's gradient is: one pass in the order of memory,
 * in double precision. The package's own kernel transposes first, since it sums over the last dimensions only.
 *
 * Input: x [..., channels] float32; result [channels]. Nothing for other sums.
 */
export function sumOfRows({ inputs, attrs, backend }: KernelCall): tf.TensorInfo | undefined {
  const x = inputs.x!;
  const { axis, keepDims } = attrs as unknown as { axis: number | number[]; keepDims?: boolean };
  const channels = x.shape.at(-1);
  if (x.dtype !== 'float32' || keepDims || !channels || !allButLast([axis].flat(), x.shape.length)) return;
  const wasm = backend as unknown as WasmBackend;
  const result = wasm.makeOutput([channels], 'float32');
  const values = wasm.typedArrayFromHeap(x);
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; ) {
    for (let channel = 0; channel < channels; channel++) sums[channel]! += values[i++]!;
  }
  wasm.typedArrayFromHeap(result).set(sums);
  return result;
}

/** Axes may be told in any order, and from behind. */
function allButLast(axes: readonly number[], rank: number): boolean {
  const summed = new Set(axes.map((axis) => (axis + rank) % rank));
  return rank > 1 && summed.size === rank - 1 && !summed.has(rank - 1);
}
