import type { MapShape, Windows } from './layers.js';
import { activations, type Layer, type Network } from './network.js';

/**
 * How much each input pixel would change a unit: the gradient of the sum of a layer's outputs at one position (of one unit, where
 * units have no places) by the image, as absolute values summed over the channels.
 *
 * @param image [h, w, c], 0 to 1
 * @param last position of the layer in the network
 * @param outputs positions in the layer's output to sum over
 * @returns [h, w]
 */
export function inputGradient(
  network: Network,
  image: Float32Array,
  last: number,
  outputs: readonly number[],
): Float32Array {
  const values = activations({ ...network, layers: network.layers.slice(0, last + 1) }, image);
  let gradient = new Float32Array(values[last]!.length);
  for (const i of outputs) gradient[i] = 1;
  for (let k = last; k >= 0; k--) {
    const input = k === 0 ? image : values[k - 1]!;
    gradient = back(network.layers[k]!, input, values[k]!, gradient);
  }
  const [height, width, channels] = network.spec.inputShape;
  return Float32Array.from({ length: height * width }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += Math.abs(gradient[i * channels + c]!);
    return sum;
  });
}

/** From the gradient by a layer's output to that by its input. */
function back(
  { layer, inputShape, kernel }: Layer,
  input: Float32Array,
  output: Float32Array,
  gradient: Float32Array,
): Float32Array<ArrayBuffer> {
  const shape = inputShape as MapShape;
  switch (layer.kind) {
    case 'flatten':
    case 'dropout':
      return Float32Array.from(gradient);
    case 'dense':
      return multiplyBack(throughRelu(layer.activation, output, gradient), kernel, input.length);
    case 'conv2d':
    case 'locallyConnected2d': {
      const windows = { ...layer, shared: layer.kind === 'conv2d' };
      return convolveBack(throughRelu(layer.activation, output, gradient), shape, kernel, windows);
    }
    case 'maxPool2d':
      return maxPoolBack(input, output, gradient, shape, layer.size);
    case 'globalAveragePool2d': {
      const [height, width, channels] = shape;
      return Float32Array.from(input, (_, i) => gradient[i % channels]! / (height * width));
    }
  }
}

const throughRelu = (
  activation: 'linear' | 'relu',
  output: Float32Array,
  gradient: Float32Array,
): Float32Array =>
  activation === 'relu' ? gradient.map((value, i) => (output[i]! > 0 ? value : 0)) : gradient;

function multiplyBack(
  gradient: Float32Array,
  kernel: Float32Array,
  inputs: number,
): Float32Array<ArrayBuffer> {
  const units = gradient.length;
  const out = new Float32Array(inputs);
  for (let u = 0; u < units; u++) {
    const value = gradient[u]!;
    if (value !== 0) for (let i = 0; i < inputs; i++) out[i]! += value * kernel[i * units + u]!;
  }
  return out;
}

function convolveBack(
  gradient: Float32Array,
  [height, width, channels]: MapShape,
  kernel: Float32Array,
  { filters, kernelSize, shared }: Windows,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(height * width * channels);
  const before = Math.floor((kernelSize - 1) / 2);
  const own = shared ? 0 : kernelSize * kernelSize * channels * filters;
  for (let position = 0; position < height * width; position++) {
    const from = gradient.subarray(position * filters, (position + 1) * filters);
    if (from.every((value) => value === 0)) continue;
    const [y, x] = [Math.floor(position / width), position % width];
    for (let cell = 0; cell < kernelSize * kernelSize; cell++) {
      const toY = y + Math.floor(cell / kernelSize) - before;
      const toX = x + (cell % kernelSize) - before;
      if (toY < 0 || toY >= height || toX < 0 || toX >= width) continue;
      for (let c = 0; c < channels; c++) {
        const weights = position * own + (cell * channels + c) * filters;
        let sum = 0;
        for (let f = 0; f < filters; f++) sum += from[f]! * kernel[weights + f]!;
        out[(toY * width + toX) * channels + c]! += sum;
      }
    }
  }
  return out;
}

/** To the first of the largest values of each window. */
function maxPoolBack(
  input: Float32Array,
  output: Float32Array,
  gradient: Float32Array,
  [height, width, channels]: MapShape,
  size: number,
): Float32Array<ArrayBuffer> {
  const columns = Math.floor(width / size);
  const out = new Float32Array(input.length);
  const left = Float32Array.from(gradient);
  for (let i = 0; i < input.length; i++) {
    const [position, c] = [Math.floor(i / channels), i % channels];
    const [row, column] = [
      Math.floor(Math.floor(position / width) / size),
      Math.floor((position % width) / size),
    ];
    if (row >= Math.floor(height / size) || column >= columns) continue;
    const at = (row * columns + column) * channels + c;
    if (left[at] === 0 || input[i] !== output[at]) continue;
    out[i] = left[at]!;
    left[at] = 0;
  }
  return out;
}
