// Not from the rooms' indexes, which would load the engine: this runs in the browser.
import { type LayerShape, layerShapes, type Shape, sizeOf } from '../models/shapes.js';
import type { ModelSpec } from '../models/spec.js';
import { convolve, globalAverage, type MapShape, maxPool, multiply, relu, softmax } from './layers.js';

/** A layer in its place, with its numbers. */
export interface Layer extends LayerShape {
  /** In the layouts of `weightShapes`; a layer without weights has empty ones. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** A trained network that can answer for one image at a time. */
export interface Network {
  readonly spec: ModelSpec;
  readonly layers: readonly Layer[];
}

/** How many numbers a layer's kernel and bias hold. */
export function weightCounts({ layer, inputShape, outputShape }: LayerShape): {
  readonly kernel: number;
  readonly bias: number;
} {
  switch (layer.kind) {
    case 'dense':
      return { kernel: sizeOf(inputShape) * layer.units, bias: layer.units };
    case 'conv2d':
      return {
        kernel: layer.kernelSize ** 2 * mapsOf(inputShape)[2] * layer.filters,
        bias: layer.filters,
      };
    case 'locallyConnected2d': {
      const bias = sizeOf(outputShape);
      return { kernel: layer.kernelSize ** 2 * mapsOf(inputShape)[2] * bias, bias };
    }
    default:
      return { kernel: 0, bias: 0 };
  }
}

/** @param weights kernel and bias of each layer that has weights, in the order of `weightShapes(spec)` */
export function networkOf(spec: ModelSpec, weights: readonly Float32Array[]): Network {
  const left = [...weights];
  const layers = layerShapes(spec).map((shaped): Layer => {
    const counts = weightCounts(shaped);
    if (counts.kernel === 0) return { ...shaped, kernel: new Float32Array(0), bias: new Float32Array(0) };
    const [kernel, bias] = [left.shift(), left.shift()];
    if (kernel?.length !== counts.kernel || bias?.length !== counts.bias)
      throw new RangeError(`these are not the weights of ${shaped.name} of model "${spec.name}"`);
    return { ...shaped, kernel, bias };
  });
  return { spec, layers };
}

/**
 * What each layer makes of an image, dropout off, as `forward` in models.
 *
 * @param image [height, width, channels], 0 to 1
 * @returns one array a layer, of its output shape; the last one holds the logits
 */
export function activations({ layers }: Network, image: Float32Array): Float32Array[] {
  let x = image;
  return layers.map((layer) => {
    x = apply(layer, x);
    return x;
  });
}

/** The probabilities of the classes. */
export const answer = (network: Network, image: Float32Array): Float32Array =>
  softmax(activations(network, image).at(-1)!);

/** Bytes as the networks are given them: 0 to 1. */
export const scaled = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (byte) => byte / 255);

export function apply({ layer, inputShape, kernel, bias }: Layer, x: Float32Array): Float32Array {
  switch (layer.kind) {
    case 'flatten':
    case 'dropout':
      return x;
    case 'dense':
      return activated(layer.activation, multiply(x, kernel, bias));
    case 'conv2d':
    case 'locallyConnected2d': {
      const windows = { ...layer, shared: layer.kind === 'conv2d' };
      return activated(layer.activation, convolve(x, mapsOf(inputShape), kernel, bias, windows));
    }
    case 'maxPool2d':
      return maxPool(x, mapsOf(inputShape), layer.size);
    case 'globalAveragePool2d':
      return globalAverage(x, mapsOf(inputShape));
  }
}

/** A layer's own function of what it computed. */
export const activated = (activation: 'linear' | 'relu', x: Float32Array): Float32Array =>
  activation === 'relu' ? relu(x) : x;

function mapsOf(shape: Shape): MapShape {
  if (shape.length === 3) return shape;
  throw new RangeError(`[${shape.join(', ')}] is not the shape of maps`);
}
