import { IMAGE_BYTES, imageCount } from '../data/index.js';
import { tf } from '../engine/index.js';
import { type ModelSpec, modelWithWeights } from '../models/index.js';
import { pixelTensor } from './tensors.js';

/** Feature maps of a batch of images, row-major. */
export interface FeatureMaps {
  readonly data: Float32Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
}

/** From images [n, 32, 32, 3], uint8, to feature maps. */
export type FeatureFunction = (images: Uint8Array) => Promise<FeatureMaps>;

/** The part of a model up to and with one of its layers; images are scaled by 1/255 as in training. */
export function featuresOf(model: tf.LayersModel, layerName: string, batchSize = 64): FeatureFunction {
  const output = model.getLayer(layerName).output as tf.SymbolicTensor;
  const [, height, width, channels] = output.shape;
  if (!height || !width || !channels) {
    throw new RangeError(
      `layer "${layerName}" gives no feature maps but [${output.shape.slice(1).join(', ')}]`,
    );
  }
  const head = tf.model({ inputs: model.inputs, outputs: output });
  return async (images) => {
    const count = imageCount(images);
    const data = new Float32Array(count * height * width * channels);
    for (let start = 0; start < count; start += batchSize) {
      const end = Math.min(start + batchSize, count);
      const maps = tf.tidy(
        () => head.predict(pixelTensor(images.subarray(start * IMAGE_BYTES, end * IMAGE_BYTES))) as tf.Tensor,
      );
      data.set(await maps.data<'float32'>(), start * height * width * channels);
      maps.dispose();
    }
    return { data, shape: [count, height, width, channels] };
  };
}

/**
 * The feature maps of chosen images in one layer of a trained model, as `featureMapGrid` draws them.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param images [n, 32, 32, 3]
 * @returns one [height, width, channels] an image
 */
export async function featureMapsOf(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  layerName: string,
  images: Uint8Array,
): Promise<{ maps: Float32Array; shape: [height: number, width: number, channels: number] }[]> {
  const model = modelWithWeights(spec, weights);
  try {
    const { data, shape } = await featuresOf(model, layerName)(images);
    const [count, height, width, channels] = shape;
    const size = height * width * channels;
    return Array.from({ length: count }, (_, i) => ({
      maps: data.subarray(i * size, (i + 1) * size),
      shape: [height, width, channels],
    }));
  } finally {
    model.dispose();
  }
}
