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
 * Kernel for the gradient of max-pooling: each gradient goes to the largest pixel of its window, the first of equals as in
 * TensorFlow. The package's own kernel asks for each pixel of the input which windows it lies in, takes 3 times as long, and
 * is wrong where windows reach beyond the input.
 *
 * Inputs: dy [batch, output height, output width, channels] and the pooling's input [batch, height, width, channels], whose
 * shape the result has.
 */
export function maxPoolGradient({ inputs, attrs, backend }: KernelCall): tf.TensorInfo {
  const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
  const shape = input.shape as PoolArguments[0];
  const pooling = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const wasm = backend as unknown as WasmBackend;
  const dx = wasm.makeOutput(input.shape, 'float32');
  // Views are taken when all memory is: taking some may move the rest.
  const [x, gradient, result] = [input, dy, dx].map((info) => wasm.typedArrayFromHeap(info));
  giveToLargest(x!, gradient!, result!.fill(0), pooling);
  return dx;
}

function giveToLargest(x: Float32Array, dy: Float32Array, dx: Float32Array, pooling: Pooling): void {
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

/** Where the pixels of an output's window begin, row by row: written into `pixels`. Returns how many the input has. */
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
