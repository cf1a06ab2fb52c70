import { IMAGE_BYTES } from '../data/index.js';
import { tf } from '../engine/index.js';
import { forward, type ModelSpec, type WeightShape, weightShapes } from '../models/index.js';
import { pixelTensor, weightTensors } from './tensors.js';

/** A trained model that can be asked. */
export interface Predictor {
  /** From images [n, 32, 32, 3], uint8, to logits [n, classes]. */
  predict(images: Uint8Array): Float32Array;
  dispose(): void;
}

const BATCH = 250;

/**
 * @param weights in the order of `weightShapes(spec)`, as `RunStore.weights` gives them
 * @throws RangeError where they are not those of the model
 */
export function predictor(spec: ModelSpec, weights: readonly Float32Array[]): Predictor {
  const shapes = weightShapes(spec);
  checkWeights(spec, shapes, weights);
  const tensors = weightTensors(spec, weights);
  const logitsOf = (batch: Uint8Array): Float32Array =>
    tf.tidy(() =>
      forward(spec, tensors, pixelTensor(batch)).dataSync<'float32'>().slice(),
    ) as unknown as Float32Array;
  return {
    predict(images) {
      const parts: Float32Array[] = [];
      for (let start = 0; start < images.length; start += BATCH * IMAGE_BYTES) {
        parts.push(logitsOf(images.subarray(start, start + BATCH * IMAGE_BYTES)));
      }
      const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let offset = 0;
      for (const part of parts) {
        all.set(part, offset);
        offset += part.length;
      }
      return all;
    },
    dispose: () => tf.dispose(tensors),
  };
}

function checkWeights(
  { name: model }: ModelSpec,
  shapes: readonly WeightShape[],
  weights: readonly Float32Array[],
): void {
  if (weights.length !== shapes.length)
    throw new RangeError(`model "${model}" has ${shapes.length} weight tensors, not ${weights.length}`);
  for (const [i, { name, shape }] of shapes.entries()) {
    const size = shape.reduce((product, n) => product * n, 1);
    const found = weights[i]!.length;
    if (found !== size) throw new RangeError(`${name} of model "${model}" has ${size} values, not ${found}`);
  }
}
