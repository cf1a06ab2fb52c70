import { tf } from '../../src/engine/index.js';
import { type ModelSpec, modelWithWeights } from '../../src/models/index.js';

/** What each layer of the tf.layers model outputs, by the layer's name: an implementation that shares nothing with `forward`. */
export function layersActivations(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  images: Uint8Array,
): Record<string, Float32Array> {
  const model = modelWithWeights(spec, weights);
  const every = tf.model({
    inputs: model.inputs,
    outputs: model.layers.map((layer) => layer.output as tf.SymbolicTensor),
  });
  const activations = tf.tidy(() => {
    const pixels = tf.tensor(Float32Array.from(images), [images.length / 3072, 32, 32, 3]).div(255);
    return [every.predict(pixels)].flat().map((tensor) => tensor.dataSync<'float32'>().slice());
  });
  const names = model.layers.map(({ name }) => name);
  model.dispose();
  return Object.fromEntries(names.map((name, i) => [name, activations[i] as Float32Array]));
}
