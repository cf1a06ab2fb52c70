import assert from 'node:assert/strict';
import test from 'node:test';
import { textWidth } from '../../src/charts/index.js';

test('text width follows the Helvetica metrics', () => {
  // H 722, e 556, l 222, l 222, o 556: 2278 thousandths of the font size
  assert.ok(Math.abs(textWidth({ fontSize: 10 }, 'Hello') - 22.78 * 1.04) < 1e-9);
  assert.ok(Math.abs(textWidth({ fontSize: 10, fontWeight: 'bold' }, ' Hello ') - 22.78 * 1.1) < 1e-9);
  assert.equal(textWidth({}, null), 0);
  assert.equal(textWidth({ fontSize: 10 }, '漢'), 10.4);
});
