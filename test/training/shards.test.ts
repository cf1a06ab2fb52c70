import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { forward, initialWeights, MODELS, weightShapes } from '../../src/models/index.js';
import { forwardInShards } from '../../src/training/shards.js';
import { assertClose, normals } from '../support/numbers.js';

const BATCH = 6;
const { small } = MODELS;

describe('a batch in shards', () => {
  before(() => startEngine('wasm'));

  const sample = () => {
    const weights = initialWeights(small, 3).map((values, i) =>
      tf.tensor(values, [...weightShapes(small)[i]!.shape], 'float32'),
    );
    const images = tf.tensor(normals('images', BATCH * 32 * 32 * 3), [BATCH, 32, 32, 3], 'float32');
    const mask = tf.tensor(normals('mask', BATCH * 128), [BATCH, 128], 'float32');
    return { weights, images, mask };
  };

  it('has the logits of the whole batch, each image with its own mask', () =>
    tf.tidy(() => {
      const { weights, images, mask } = sample();
      const whole = forward(small, weights, images, { masks: [mask] });
      for (const shards of [1, 2, 3]) {
        const cut = forwardInShards(small, weights, images, [mask], shards);
        assert.deepEqual(cut.shape, whole.shape);
        assertClose(cut.dataSync(), whole.dataSync(), 1e-5, `${shards} shards`);
      }
    }));

  it('has the gradients of the whole batch', () =>
    tf.tidy(() => {
      const { weights, images, mask } = sample();
      const gradients = (shards: number) =>
        tf.grads((...w: tf.Tensor[]) => tf.sum(forwardInShards(small, w, images, [mask], shards).square()))(
          weights,
        );
      const [whole, cut] = [gradients(1), gradients(2)];
      for (const [i, gradient] of whole.entries())
        assertClose(cut[i]!.dataSync(), gradient.dataSync(), 1e-4, weightShapes(small)[i]!.name);
    }));

  it('stays whole where it cannot be cut into equal parts', () =>
    tf.tidy(() => {
      const { weights, images, mask } = sample();
      const logits = forwardInShards(small, weights, images, [mask], 4);
      assert.deepEqual(logits.dataSync(), forward(small, weights, images, { masks: [mask] }).dataSync());
    }));
});
