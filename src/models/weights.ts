import { random } from '../base/random.js';
import { layerShapes } from './shapes.js';
import type { ModelSpec } from './spec.js';

/** A weight tensor of a model, in the order [kernel, bias] per layer, layers from input to output. */
export interface WeightShape {
  /** "conv1/kernel", "dense2/bias". */
  readonly name: string;
  /**
   * Convolution kernels are [height, width, in, out], dense kernels [in, out], their biases [out]. A locally connected
   * kernel is [positions, height * width * in, out], its bias [height, width, out] of the feature maps.
   */
  readonly shape: readonly number[];
  /** The initial values are uniform in ±limit; 0 for a bias. */
  readonly limit: number;
}

/**
 * The weight tensors of a model, in the order in which all functions take its weights: layer by layer, kernel before bias.
 *
 * @throws WhyconvError for layers that do not fit together
 * @example
 * ```ts
 * import { MODELS, type WeightShape, weightShapes } from 'whyconv';
 *
 * const [{ name, shape }] = weightShapes(MODELS.small) as [WeightShape];
 * [name, shape]; // => ['conv1/kernel', [3, 3, 3, 8]]
 * ```
 */
export function weightShapes(spec: ModelSpec): WeightShape[] {
  return layerShapes(spec).flatMap(({ name, layer, inputShape, outputShape }) => {
    if (layer.kind === 'dense') return weightsOf(name, [inputShape[0], layer.units]);
    if (layer.kind !== 'conv2d' && layer.kind !== 'locallyConnected2d') return [];
    const [h, w, c] = inputShape as readonly [number, number, number];
    const k = layer.kernelSize;
    const shared = [k, k, c, layer.filters];
    if (layer.kind === 'conv2d') return weightsOf(name, shared);
    return weightsOf(name, [h * w, k * k * c, layer.filters], outputShape, glorotLimit(shared));
  });
}

/**
 * Kernels uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, equation 16; a convolution's fans count its
 * window, and a locally connected layer has those of the convolution that it replaces, so that both start alike),
 * biases zero, one array per entry of {@link weightShapes}. Drawn on the host from (seed, index of the tensor), so
 * that every engine starts from the same bits.
 *
 * @example
 * ```ts
 * import { initialWeights, MODELS } from 'whyconv';
 *
 * const [kernel, bias] = initialWeights(MODELS.small, 0);
 * kernel!.length; // => 3 * 3 * 3 * 8
 * bias; // => Array(8).fill(0)
 * ```
 */
export function initialWeights(spec: ModelSpec, seed: number): Float32Array[] {
  return weightShapes(spec).map(({ shape, limit }, index) => {
    const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
    if (limit === 0) return values;
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

function weightsOf(
  layer: string,
  kernel: readonly number[],
  bias: readonly number[] = [kernel.at(-1)!],
  limit = glorotLimit(kernel),
): WeightShape[] {
  return [
    { name: `${layer}/kernel`, shape: kernel, limit },
    { name: `${layer}/bias`, shape: bias, limit: 0 },
  ];
}
