import { imageCount } from '../data/index.js';
import { layerShapes, type ModelSpec } from '../models/index.js';
import { inference } from './inference.js';

/** Feature maps of a batch of images, row-major. */
export interface FeatureMaps {
  readonly data: Float32Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
}

/** From images [n, 32, 32, 3], uint8, to feature maps. */
export type FeatureFunction = (images: Uint8Array) => Promise<FeatureMaps>;

/**
 * Gives the feature maps of a layer to `use`, as a function of images, and frees the network afterwards.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param layer a convolution or pooling: "conv2", "pool1"
 * @param count of images that `use` gives at once, where they are few
 * @throws RangeError where the layer has no feature maps
 */
export async function withFeatures<T>(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  layer: string,
  use: (features: FeatureFunction) => Promise<T>,
  count?: number,
): Promise<T> {
  const network = inference(spec, weights, { upTo: layer, images: count });
  try {
    const { outputShape } = layerShapes(spec).find(({ name }) => name === layer)!;
    if (outputShape.length !== 3)
      throw new RangeError(`layer "${layer}" has no feature maps but outputs [${outputShape.join(', ')}]`);
    const [height, width, channels] = outputShape;
    return await use(async (images) => {
      const data = await network.run(images);
      return { data, shape: [data.length / (height * width * channels), height, width, channels] };
    });
  } finally {
    network.dispose();
  }
}

/**
 * The feature maps of some images in one layer of a trained network, as `featureMapGrid` draws them.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param images [n, 32, 32, 3]
 * @returns one [height, width, channels] per image
 * @example
 * ```ts
 * import { featureMapsOf, initialWeights, MODELS, shapesDataset, startEngine } from 'whyconv';
 *
 * await startEngine();
 * const { images } = shapesDataset({ train: 10, test: 10, seed: 0 }).train;
 * const maps = await featureMapsOf(MODELS.small, initialWeights(MODELS.small, 0), 'conv3', images);
 * [maps.length, maps[0]!.shape]; // => [10, [16, 16, 16]]
 * ```
 */
export async function featureMapsOf(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  layer: string,
  images: Uint8Array,
): Promise<{ maps: Float32Array; shape: [height: number, width: number, channels: number] }[]> {
  const given = imageCount(images);
  const { data, shape } = await withFeatures(spec, weights, layer, (features) => features(images), given);
  const [count, height, width, channels] = shape;
  const size = height * width * channels;
  return Array.from({ length: count }, (_, i) => ({
    maps: data.subarray(i * size, (i + 1) * size),
    shape: [height, width, channels],
  }));
}
