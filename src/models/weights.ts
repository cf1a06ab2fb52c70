import { random } from '../base/random.js';
import { layerShapes } from './shapes.js';
import type { ModelSpec } from './spec.js';

/** A weight tensor of a model, in the order [kernel, bias] per layer, layers from input to output. */
export interface WeightShape {
  /** "conv1/kernel", "dense2/bias". */
  readonly name: string;
  /** Convolution kernels are [height, width, in, out], dense kernels [in, out], biases [out]. */
  readonly shape: readonly number[];
}

export function weightShapes(spec: ModelSpec): WeightShape[] {
  return layerShapes(spec).flatMap(({ name, layer, inputShape }) => {
    if (layer.kind === 'conv2d') {
      const k = layer.kernelSize;
      return kernelAndBias(name, [k, k, inputShape[2]!, layer.filters]);
    }
    return layer.kind === 'dense' ? kernelAndBias(name, [inputShape[0], layer.units]) : [];
  });
}

/**
 * Kernels uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, equation 16; a convolution's fans count its
 * window), biases zero, one array per entry of {@link weightShapes}. Drawn on the host from (seed, index of the
 * tensor), so that every engine starts from the same bits.
 */
export function initialWeights(spec: ModelSpec, seed: number): Float32Array[] {
  return weightShapes(spec).map(({ shape }, index) => {
    const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
    if (shape.length === 1) return values;
    const limit = glorotLimit(shape);
    const stream = random(seed, 'weights', index);
    for (let i = 0; i < values.length; i++) values[i] = (2 * stream.uniform() - 1) * limit;
    return values;
  });
}

/** Bound of the uniform distribution for a kernel of shape [..., in, out]. */
export function glorotLimit(shape: readonly number[]): number {
  const window = shape.slice(0, -2).reduce((product, n) => product * n, 1);
  return Math.sqrt(6 / (window * (shape.at(-2)! + shape.at(-1)!)));
}

function kernelAndBias(layer: string, kernel: readonly number[]): WeightShape[] {
  return [
    { name: `${layer}/kernel`, shape: kernel },
    { name: `${layer}/bias`, shape: [kernel.at(-1)!] },
  ];
}
