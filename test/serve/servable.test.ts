import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { servable, warmUp } from '../../src/serve/servable.js';
import { NETWORK } from './running.js';

describe('a network that is served', () => {
  before(() => startEngine('wasm'));

  it('answers what waits when it is disposed of, takes no more, and leaves nothing behind', async () => {
    const tensors = tf.memory().numTensors;
    const model = servable('small', NETWORK, { batches: [1] });
    const answers = [1, 2, 3].map(() => model.predict(new Float32Array(IMAGE_BYTES)));
    const end = model.dispose();
    await assert.rejects(model.predict(new Float32Array(IMAGE_BYTES)), { statusCode: 404 });
    for (const answer of await Promise.all(answers)) assert.equal(answer.length, 10);
    await end;
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('leaves nothing behind where one of its batch sizes fails', () => {
    const tensors = tf.memory().numTensors;
    const weights = [...NETWORK.weights];
    let reads = 0;
    Object.defineProperty(weights, 0, {
      get() {
        reads += 1;
        if (tf.memory().numTensors > tensors) throw new Error('no memory');
        return NETWORK.weights[0];
      },
    });
    assert.throws(() => servable('small', { ...NETWORK, weights }, { batches: [1, 2] }), /no memory/);
    assert.ok(reads > 1, 'the first batch size was compiled');
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('leaves nothing behind where it fails when it is tried out', async () => {
    const tensors = tf.memory().numTensors;
    const model = servable('small', NETWORK, { capacity: 3 });
    assert.ok(tf.memory().numTensors > tensors);
    await assert.rejects(warmUp(model), { statusCode: 503 });
    assert.equal(tf.memory().numTensors, tensors);
  });
});
