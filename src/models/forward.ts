import { addBias, matMul, relu, tf } from '../engine/index.js';
import { locallyConnected2d } from './locally-connected.js';
import type { LayerSpec, ModelSpec } from './spec.js';

/**
 * Runs a model as a pure function of its weights: the form in which it is trained, since a step can then be compiled and
 * dropout is an input instead of a draw. `buildModel` gives the same function as a tf.layers model.
 *
 * @param weights In the order of `weightShapes(spec)`.
 * @param images [batch, height, width, channels] float32, 0 to 1.
 * @param options `masks`: one a dropout layer, of that layer's input shape, holding 0 or 1 / (1 - rate); absent: no dropout.
 * `upTo`: number of layers to run; all by default.
 * @returns [batch, classes] logits, or the activations after `upTo` layers.
 * @example
 * ```ts
 * import { forward, initialWeights, MODELS, startEngine, tf, weightShapes } from 'whyconv';
 *
 * await startEngine();
 * const values = initialWeights(MODELS.small, 0);
 * const weights = weightShapes(MODELS.small).map(({ shape }, i) => tf.tensor(values[i]!, [...shape]));
 * forward(MODELS.small, weights, tf.zeros([2, 32, 32, 3])).shape; // => [2, 10]
 * forward(MODELS.small, weights, tf.zeros([2, 32, 32, 3]), { upTo: 1 }).shape; // => [2, 32, 32, 8]
 * ```
 */
export function forward(
  spec: ModelSpec,
  weights: readonly tf.Tensor[],
  images: tf.Tensor,
  { masks = [], upTo = spec.layers.length }: { masks?: readonly tf.Tensor[]; upTo?: number } = {},
): tf.Tensor {
  let weight = 0;
  let mask = 0;
  let x = images;
  const layers = spec.layers.slice(0, upTo);
  for (const [i, layer] of layers.entries()) {
    if (layer.kind === 'dropout') {
      const kept = masks[mask++];
      if (kept) x = tf.mul(x, kept);
      continue;
    }
    if (poolingInside(layers, i - 1)) continue;
    const [kernel, bias] = [weights[weight], weights[weight + 1]];
    if (layer.kind === 'dense' || layer.kind === 'conv2d' || layer.kind === 'locallyConnected2d') weight += 2;
    x = applyLayer(layer, x, kernel, bias, poolingInside(layers, i));
  }
  return x;
}

type Pooling = Extract<LayerSpec, { kind: 'maxPool2d' }>;

/**
 * The pooling that follows a convolution, which then is done between the convolution and its bias: a maximum commutes
 * with adding a channel's bias and with ReLU, so nothing changes but that these two, and their gradients, have a quarter
 * of the values to go through.
 */
function poolingInside(layers: readonly LayerSpec[], i: number): Pooling | undefined {
  const next = layers[i + 1];
  return layers[i]?.kind === 'conv2d' && next?.kind === 'maxPool2d' ? next : undefined;
}

function applyLayer(
  layer: Exclude<LayerSpec, { kind: 'dropout' }>,
  x: tf.Tensor,
  kernel: tf.Tensor | undefined,
  bias: tf.Tensor | undefined,
  pooling: Pooling | undefined,
): tf.Tensor {
  switch (layer.kind) {
    case 'flatten':
      return tf.reshape(x, [x.shape[0]!, -1]);
    case 'dense':
      return activate(
        layer.activation,
        addBias(matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias as tf.Tensor1D),
      );
    case 'conv2d': {
      const maps = tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
      const y = pooling ? maxPool(maps, pooling) : maps;
      return activate(layer.activation, addBias(y, bias as tf.Tensor1D));
    }
    case 'locallyConnected2d':
      return activate(
        layer.activation,
        locallyConnected2d(x as tf.Tensor4D, kernel as tf.Tensor3D, bias as tf.Tensor3D),
      );
    case 'maxPool2d':
      return maxPool(x as tf.Tensor4D, layer);
    case 'globalAveragePool2d':
      return tf.mean(x, [1, 2]);
  }
}

const maxPool = (x: tf.Tensor4D, { size }: Pooling): tf.Tensor4D => tf.maxPool(x, size, size, 'valid');

const activate = (activation: 'linear' | 'relu', x: tf.Tensor): tf.Tensor =>
  activation === 'relu' ? relu(x) : x;
