import { tf } from '../tf.js';
import type { KernelCall, WasmBackend } from './kernel.js';

type Pooling = ReturnType<typeof tf.backend_util.computePool2DInfo>;
type PoolArguments = Parameters<typeof tf.backend_util.computePool2DInfo>;

interface PoolAttributes {
  readonly filterSize: PoolArguments[1];
  readonly strides: PoolArguments[2];
  readonly pad: PoolArguments[4];
  readonly dimRoundingMode?: PoolArguments[5];
}

/**
 * Kernel for the gradient of max-pooling: each gradient goes to the largest pixel of its window, the first in case of ties,
 * as in TensorFlow. The package's own kernel searches the windows of each input pixel, takes 3 times as long, and is wrong
 * where windows extend beyond the input.
 *
 * Inputs: dy [batch, output height, output width, channels] and the pooling's input [batch, height, width, channels]; the
 * result has the input's shape.
 */
export function maxPoolGradient({ inputs, attrs, backend }: KernelCall): tf.TensorInfo {
  const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
  const shape = input.shape as PoolArguments[0];
  const pooling = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const wasm = backend as unknown as WasmBackend;
  const dx = wasm.makeOutput(input.shape, 'float32');
  // Allocating may move the heap, so views are taken after it.
  const [x, gradient, result] = [input, dy, dx].map((info) => wasm.typedArrayFromHeap(info));
  scatterToLargest(x!, gradient!, result!.fill(0), pooling);
  return dx;
}

function scatterToLargest(x: Float32Array, dy: Float32Array, dx: Float32Array, pooling: Pooling): void {
  const { batchSize, outHeight, outWidth, inChannels } = pooling;
  const pixels = new Int32Array(pooling.filterHeight * pooling.filterWidth);
  let at = 0;
  for (let n = 0; n < batchSize; n++)
    for (let r = 0; r < outHeight; r++)
      for (let s = 0; s < outWidth; s++) {
        const count = window(pooling, n, r, s, pixels);
        for (let channel = 0; channel < inChannels; channel++, at++) {
          let largest = pixels[0]! + channel;
          for (let i = 1; i < count; i++) {
            const pixel = pixels[i]! + channel;
            if (x[pixel]! > x[largest]!) largest = pixel;
          }
          if (count > 0) dx[largest]! += dy[at]!;
        }
      }
}

/** Writes the offsets of the pixels in an output's window into `pixels`, row by row. Returns how many are inside the input. */
function window(pooling: Pooling, n: number, r: number, s: number, pixels: Int32Array): number {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = pooling;
  const top = r * pooling.strideHeight - padInfo.top;
  const left = s * pooling.strideWidth - padInfo.left;
  let count = 0;
  for (let row = Math.max(0, top); row < Math.min(inHeight, top + filterHeight); row++)
    for (let column = Math.max(0, left); column < Math.min(inWidth, left + filterWidth); column++)
      pixels[count++] = ((n * inHeight + row) * inWidth + column) * inChannels;
  return count;
}
