import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planThreads } from '../../src/engine/threads.js';

describe('threads of the native engine', () => {
  it('are one per operation on every machine, so that sums do not depend on the number of cores', () => {
    for (const cores of [1, 2, 4, 64])
      assert.deepEqual(planThreads({}, cores), { total: cores, perOperation: 1 });
  });

  it('are what TensorFlow’s own variables say where they are set', () => {
    assert.deepEqual(planThreads({ TF_NUM_INTRAOP_THREADS: '2' }, 2), { total: 2, perOperation: 2 });
    const pinned = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
    assert.deepEqual(planThreads(pinned, 2), { total: 1, perOperation: 1 });
  });
});
