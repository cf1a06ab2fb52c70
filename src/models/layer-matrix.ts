import { random } from '../base/random.js';

/** Kinds of linear layer, from no prior knowledge about images to all of it. */
export type LinearLayer = 'dense' | 'locallyConnected' | 'convolution';

/** A layer from one channel to one channel, written as the matrix that multiplies the flattened image. */
export interface LayerMatrix {
  /** Which kind of layer it is the matrix of. */
  readonly layer: LinearLayer;
  /** Pixels a side of the image. */
  readonly side: number;
  /** [side * side outputs, side * side inputs], row-major; 0 where there is no weight. */
  readonly values: Float32Array;
  /** Numbers the layer learns: a convolution uses each of them at every position. */
  readonly weights: number;
}

/**
 * What locality and sharing are, as matrices: a dense layer's is full, a locally connected one's is banded, since an output
 * depends on its neighborhood only, and a convolution's is banded with the same numbers in every row. Same padding, stride
 * 1, no bias; weights are drawn from the standard normal distribution.
 *
 * @example
 * ```ts
 * import { layerMatrix } from 'whyconv';
 *
 * layerMatrix('convolution', { side: 4 }).weights; // => 9
 * layerMatrix('dense', { side: 4 }).weights; // => 16 * 16
 * ```
 */
export function layerMatrix(
  layer: LinearLayer,
  { side = 6, kernelSize = 3, seed = 0 }: { side?: number; kernelSize?: number; seed?: number } = {},
): LayerMatrix {
  const rng = random(seed, 'layer matrix', layer);
  const pixels = side * side;
  const values = new Float32Array(pixels * pixels);
  const shared = Float32Array.from({ length: kernelSize * kernelSize }, () => rng.normal());
  const reach = Math.floor(kernelSize / 2);
  let weights = layer === 'convolution' ? shared.length : 0;
  for (let output = 0; output < pixels; output++) {
    for (let input = 0; input < pixels; input++) {
      const dy = Math.floor(input / side) - Math.floor(output / side) + reach;
      const dx = (input % side) - (output % side) + reach;
      const near = Math.min(dy, dx) >= 0 && Math.max(dy, dx) < kernelSize;
      if (layer !== 'dense' && !near) continue;
      values[output * pixels + input] =
        layer === 'convolution' ? shared[dy * kernelSize + dx]! : rng.normal();
      if (layer !== 'convolution') weights++;
    }
  }
  return { layer, side, values, weights };
}
