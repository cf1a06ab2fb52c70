import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { forward, initialWeights, MODELS, weightShapes } from '../../src/models/index.js';
import { byShards, inShards } from '../../src/training/shards.js';
import { assertClose, normals } from '../support/numbers.js';

const BATCH = 6;
const IMAGES = { table: 'images', scale: 0.5 };
const { small } = MODELS;

/** A batch, whole and as a program would gather it for so many shards. */
function sample(shards: number) {
  const weights = initialWeights(small, 3).map((values, i) =>
    tf.tensor(values, [...weightShapes(small)[i]!.shape], 'float32'),
  );
  const images = tf.tensor4d(normals('images', BATCH * 32 * 32 * 3), [BATCH, 32, 32, 3]);
  const mask = tf.tensor(normals('mask', BATCH * 128), [BATCH, 128], 'float32');
  const cut = inShards(small, BATCH, IMAGES, shards);
  const inputs = Object.entries(cut.gather).map(([name, { part = [0, BATCH] }]) => [
    name,
    images.slice(part[0], part[1] - part[0]),
  ]);
  return { weights, images, mask, cut, inputs: Object.fromEntries(inputs) as Record<string, tf.Tensor> };
}

describe('a batch in shards', () => {
  before(() => startEngine('wasm'));

  it('gathers each row once, and in order', () => {
    for (const shards of [1, 2, 3, 6]) {
      const parts = Object.values(inShards(small, BATCH, IMAGES, shards).gather).map((gather) => {
        assert.equal(gather.table, 'images');
        assert.equal(gather.scale, 0.5);
        return gather.part ?? [0, BATCH];
      });
      assert.equal(parts.length, shards);
      assert.deepEqual([0, ...parts.map(([, to]) => to)], [...parts.map(([from]) => from), BATCH]);
    }
  });

  it('has the logits of the whole batch, each image with its own mask', () =>
    tf.tidy(() => {
      for (const shards of [1, 2, 3]) {
        const { weights, images, mask, cut, inputs } = sample(shards);
        const whole = forward(small, weights, images, { masks: [mask] });
        const logits = cut.forward(weights, inputs, [mask]);
        assert.deepEqual(logits.shape, whole.shape);
        assertClose(logits.dataSync(), whole.dataSync(), 1e-5, `${shards} shards`);
      }
    }));

  it('has the gradients of the whole batch', () =>
    tf.tidy(() => {
      const { weights, images, mask, cut, inputs } = sample(2);
      const gradients = (run: (w: tf.Tensor[]) => tf.Tensor) =>
        tf.grads((...w: tf.Tensor[]) => tf.sum(run(w).square()))(weights);
      const whole = gradients((w) => forward(small, w, images, { masks: [mask] }));
      const summed = gradients((w) => cut.forward(w, inputs, [mask]));
      for (const [i, gradient] of whole.entries())
        assertClose(summed[i]!.dataSync(), gradient.dataSync(), 1e-4, weightShapes(small)[i]!.name);
    }));

  it('that is at hand as one tensor is computed shard by shard, and whole where it cannot be cut', () =>
    tf.tidy(() => {
      const batch = tf.tensor2d(normals('rows', BATCH * 4), [BATCH, 4]);
      const parts: number[] = [];
      for (const count of [1, 2, 3, 4]) {
        const doubled = byShards(
          batch,
          (shard) => {
            parts.push(shard.shape[0]!);
            return tf.mul(shard, 2);
          },
          count,
        );
        assert.deepEqual(doubled.arraySync(), tf.mul(batch, 2).arraySync());
      }
      assert.deepEqual(parts, [6, /**/ 3, 3, /**/ 2, 2, 2, /**/ 6]);
    }));

  it('stays whole where it cannot be cut into equal parts', () => {
    assert.deepEqual(inShards(small, BATCH, IMAGES, 4).gather, { images: IMAGES });
  });
});
