import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planThreads } from '../../src/engine/threads.js';

describe('threads of the native engine', () => {
  it('are one an operation and two shards on two cores, and one of each on one core', () => {
    assert.deepEqual(planThreads({}, 2), { total: 2, perOperation: 1, shards: 2 });
    assert.deepEqual(planThreads({}, 1), { total: 1, perOperation: 1, shards: 1 });
    assert.deepEqual(planThreads({}, 16), { total: 16, perOperation: 8, shards: 2 });
  });

  it('are what TensorFlow’s own variables say', () => {
    const whole = planThreads({ TF_NUM_INTRAOP_THREADS: '2' }, 2);
    assert.deepEqual(whole, { total: 2, perOperation: 2, shards: 1 });
    const pinned = planThreads({ TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' }, 2);
    assert.deepEqual(pinned, { total: 1, perOperation: 1, shards: 1 });
  });

  it('never leave two shards without a thread each, nor use more threads than there are cores', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), (cores) => {
        const { total, perOperation, shards } = planThreads({}, cores);
        assert.equal(total, cores);
        assert.ok(shards * perOperation <= total);
      }),
    );
  });
});
