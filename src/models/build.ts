import { WhyconvError } from '../base/errors.js';
import { tf } from '../engine/index.js';
import { type LayerShape, layerShapes } from './shapes.js';
import type { ModelSpec } from './spec.js';
import { initialWeights, weightShapes } from './weights.js';

/**
 * The model as a tfjs layers model that maps [batch, h, w, c] in 0..1 to logits [batch, classes], with the weights
 * of {@link initialWeights}: an independent implementation to compare with. Networks are trained and run with `forward`.
 * Layers carry the names of {@link layerShapes}. The caller disposes it.
 *
 * @throws WhyconvError where a layer is locally connected
 * @example
 * ```ts
 * import { buildModel, MODELS, startEngine, tf } from 'whyconv';
 *
 * await startEngine();
 * const model = buildModel(MODELS.small, 0);
 * (model.predict(tf.zeros([2, 32, 32, 3])) as tf.Tensor).shape; // => [2, 10]
 * model.dispose();
 * ```
 */
export function buildModel(spec: ModelSpec, seed: number): tf.LayersModel {
  return modelWithWeights(spec, initialWeights(spec, seed));
}

/**
 * The model with given weights, in the order of {@link weightShapes}. Throws RangeError where the sizes differ.
 *
 * @example
 * ```ts
 * import { initialWeights, MODELS, modelWithWeights, startEngine } from 'whyconv';
 *
 * await startEngine();
 * const model = modelWithWeights(MODELS.small, initialWeights(MODELS.small, 0));
 * model.countParams(); // => 14_450
 * model.dispose();
 * modelWithWeights(MODELS.small, []); // throws RangeError: has 14 weight tensors, not 0
 * ```
 */
export function modelWithWeights(spec: ModelSpec, weights: readonly Float32Array[]): tf.LayersModel {
  const shapes = weightShapes(spec);
  if (weights.length !== shapes.length) {
    throw new RangeError(`model "${spec.name}" has ${shapes.length} weight tensors, not ${weights.length}`);
  }
  const layers = layerShapes(spec).map((shaped, i) => layerOf(shaped, i === 0 ? spec : undefined));
  const model = tf.sequential({ name: spec.name, layers });
  tf.tidy(() => {
    model.setWeights(shapes.map(({ shape }, i) => tf.tensor(weights[i]!, [...shape], 'float32')));
  });
  return model;
}

function layerOf({ name, layer }: LayerShape, first: ModelSpec | undefined): tf.layers.Layer {
  // Weights are set afterwards: zeros cost the least until then.
  const common = { name, ...(first && { inputShape: [...first.inputShape] }) };
  switch (layer.kind) {
    case 'flatten':
      return tf.layers.flatten(common);
    case 'dense':
      return tf.layers.dense({
        ...common,
        units: layer.units,
        activation: layer.activation,
        kernelInitializer: 'zeros',
      });
    case 'conv2d':
      return tf.layers.conv2d({
        ...common,
        filters: layer.filters,
        kernelSize: layer.kernelSize,
        padding: 'same',
        activation: layer.activation,
        kernelInitializer: 'zeros',
      });
    case 'locallyConnected2d':
      throw new WhyconvError({
        what: 'tf.layers has no locally connected layer',
        where: `layer "${name}"`,
        remedy: 'run the model with `forward` or `inference`, which have',
      });
    case 'maxPool2d':
      return tf.layers.maxPooling2d({ ...common, poolSize: layer.size });
    case 'globalAveragePool2d':
      return tf.layers.globalAveragePooling2d({ ...common, dataFormat: 'channelsLast' });
    case 'dropout':
      return tf.layers.dropout({ ...common, rate: layer.rate });
  }
}
