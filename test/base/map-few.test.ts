import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { mapFew } from '../../src/base/map-few.js';

test('many items are worked on a few at a time, and their results keep the order', async () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  let running = 0;
  let most = 0;
  const results = await mapFew(items, async (item) => {
    most = Math.max(most, ++running);
    // Some take longer than those after them.
    for (let turns = item % 3; turns >= 0; turns--) await nextTurn();
    running--;
    return item === 7 ? undefined : 2 * item;
  });
  assert.deepEqual(
    results,
    items.map((item) => (item === 7 ? undefined : 2 * item)),
  );
  assert.ok(most > 1 && most <= 8, `${most} at once`);
  assert.deepEqual(await mapFew([], () => assert.fail('nothing to do')), []);
});

test('the first failure among many items is thrown', async () => {
  const failing = mapFew([1, 2, 3], async (item) => {
    if (item === 2) throw new Error('two');
    return item;
  });
  await assert.rejects(failing, /two/);
});
