import assert from 'node:assert/strict';
import { predictor } from '../../src/analysis/index.js';
import { random } from '../../src/base/random.js';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { tf } from '../../src/engine/index.js';
import { cnn, initialWeights, modelWithWeights } from '../../src/models/index.js';
import { itNative } from '../support/native.js';
import { assertClose } from '../support/numbers.js';

itNative(
  'a compiled predictor agrees with the layers model, over a batch that is not full, and frees all',
  () => {
    const spec = cnn('tiny', 4, 6);
    const weights = initialWeights(spec, 2);
    const stream = random(3, 'pixels');
    const images = Uint8Array.from({ length: 130 * IMAGE_BYTES }, () => stream.integer(0, 255));
    const layers = modelWithWeights(spec, weights);
    const expected = tf.tidy(() => {
      const pixels = tf.div(tf.tensor(Array.from(images), [130, 32, 32, 3]), 255);
      return (layers.predict(pixels) as tf.Tensor).dataSync<'float32'>();
    });
    layers.dispose();
    const tensors = tf.memory().numTensors;
    const model = predictor(spec, weights);
    assertClose(model.predict(images), expected, 1e-5, 'logits');
    assertClose(model.predict(images.subarray(0, IMAGE_BYTES)), expected.subarray(0, 10), 1e-5, 'one image');
    model.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  },
);
