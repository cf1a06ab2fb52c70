import type { Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../tf.js';
import { asTensor, type KernelCall, refuseChannelsFirst } from './kernel.js';

type Convolution = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type ConvPadding = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];

interface InputGradientAttributes {
  readonly inputShape: [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: ConvPadding;
  readonly dataFormat: string;
}

/**
 * Kernel for the gradient of a loss with respect to a convolution's input, which is itself a convolution:
 *
 *   dx[n, r, c, i] = sum over a, b, o of dy[n, r + top - a, c + left - b, o] w[a, b, i, o]
 *
 * is the convolution of dy with the filter rotated by 180 degrees and its input and output channels swapped. The package's
 * own kernel is a scalar loop, 10 to 15 times slower than its convolution.
 *
 * Inputs: dy [batch, output height, output width, output channels] and filter [height, width, input channels, output
 * channels]; result of shape `inputShape`. Returns undefined for strides other than 1 and for padding wider than the
 * filter minus 1, which the package's kernel then computes.
 */
export function inputGradient({ inputs, attrs }: KernelCall): tf.TensorInfo | undefined {
  const { strides, pad, dataFormat, inputShape } = attrs as unknown as InputGradientAttributes;
  refuseChannelsFirst(dataFormat);
  const [dy, filter] = [inputs.dy!, inputs.filter!].map((info) => asTensor<Tensor4D>(info)) as [
    Tensor4D,
    Tensor4D,
  ];
  const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad);
  const padding = rotatedPadding(info);
  if (info.strideHeight !== 1 || info.strideWidth !== 1 || padding.flat().some((zeros) => zeros < 0)) return;
  return tf.tidy(() => {
    const rotated = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
    return tf.conv2d(dy, rotated, 1, [[0, 0], ...padding, [0, 0]] as ConvPadding);
  });
}

/** Zeros around dy: the filter's size minus 1, minus the zeros around the input. */
function rotatedPadding({ filterHeight, filterWidth, padInfo }: Convolution): [number, number][] {
  const { top, bottom, left, right } = padInfo;
  return [
    [filterHeight - 1 - top, filterHeight - 1 - bottom],
    [filterWidth - 1 - left, filterWidth - 1 - right],
  ];
}
