import type { Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../tf.js';
import { asTensor, type KernelCall, refuseChannelsFirst } from './kernel.js';

/** The parameters of a convolution that its filter gradient depends on. */
export interface FilterGradientShape {
  /** Shape of the filter: [height, width, input channels, output channels]. */
  readonly filterShape: [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: ConvPadding;
}

type ConvPadding = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];

/** The kernel that CNN training needs and tfjs's WebAssembly backend lacks. */
export function filterGradientKernel({ inputs, attrs }: KernelCall): tf.TensorInfo {
  const { strides, pad, dataFormat, filterShape } = attrs as unknown as FilterGradientShape & {
    dataFormat: string;
  };
  refuseChannelsFirst(dataFormat);
  return filterGradient(asTensor(inputs.x!), asTensor(inputs.dy!), { filterShape, strides, pad });
}

/**
 * Gradient of a loss with respect to a convolution's filter, computed as a convolution of the transposed operands:
 *
 *   dW[a, b, i, o] = sum over n, r, c of x[n, r s + a - top, c s + b - left, i] dy[n, r, c, o]
 *
 * is the convolution of x, with batch and channels swapped, with dy as one filter of the output's size whose input
 * channels are the batch. A stride s becomes a dilation of that filter.
 *
 * @param x input of the convolution, [batch, height, width, input channels]
 * @param dy gradient with respect to its output, [batch, output height, output width, output channels]
 * @returns gradient with respect to the filter, of shape `filterShape`
 */
export function filterGradient(x: Tensor4D, dy: Tensor4D, shape: FilterGradientShape): Tensor4D {
  const { filterShape, strides, pad } = shape;
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad);
  const rows = axis(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top);
  const columns = axis(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left);
  return tf.tidy(() => {
    const image = tf.transpose(cropped(x, rows.used, columns.used), [3, 1, 2, 0]) as Tensor4D;
    const filter = tf.transpose(dy, [1, 2, 0, 3]) as Tensor4D;
    const padding: ConvPadding = [[0, 0], rows.padding, columns.padding, [0, 0]];
    const dilations: [number, number] = [info.strideHeight, info.strideWidth];
    const gradient = tf.conv2d(image, filter, 1, padding, 'NHWC', dilations);
    return tf.transpose(gradient, [1, 2, 0, 3]) as Tensor4D;
  });
}

/** The first `rows` and `columns`; x itself if these are all. */
function cropped(x: Tensor4D, rows: number, columns: number): Tensor4D {
  if (rows === x.shape[1] && columns === x.shape[2]) return x;
  return tf.slice(x, [0, 0, 0, 0], [x.shape[0], rows, columns, x.shape[3]]);
}

/**
 * One spatial axis of the transposed convolution, whose result must have `kernel` positions: how many input rows are used
 * (with a stride, the last ones may not be) and how many zeros to pad before and after them.
 */
function axis(input: number, output: number, kernel: number, stride: number, before: number) {
  const reach = (output - 1) * stride + kernel;
  const used = Math.min(input, reach - before);
  const padding: [number, number] = [before, reach - before - used];
  return { used, padding };
}
