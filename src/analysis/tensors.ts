import { IMAGE_CHANNELS, IMAGE_SIDE, imageCount } from '../data/index.js';
import { tf } from '../engine/index.js';
import { type ModelSpec, weightShapes } from '../models/index.js';

/**
 * A trained model's weights as tensors, which the caller frees.
 *
 * @param weights in the order of `weightShapes(spec)`
 */
export function weightTensors(spec: ModelSpec, weights: readonly Float32Array[]): tf.Tensor[] {
  return weightShapes(spec).map(({ shape }, i) => tf.tensor(weights[i]!.slice(), [...shape], 'float32'));
}

/** Images as a model takes them: [n, 32, 32, 3] float32, bytes scaled by 1/255 as in training. The caller frees it. */
export function pixelTensor(images: Uint8Array): tf.Tensor4D {
  const shape: [number, number, number, number] = [
    imageCount(images),
    IMAGE_SIDE,
    IMAGE_SIDE,
    IMAGE_CHANNELS,
  ];
  return tf.tidy(() => tf.div(tf.tensor4d(Float32Array.from(images), shape), 255));
}
