import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { packBits, unpackBits } from '../../src/training/index.js';

it('packed bits come back as they were, in an eighth of a byte each', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (bits) => {
      const text = packBits(bits);
      assert.equal(Buffer.from(text, 'base64').length, Math.ceil(bits.length / 8));
      assert.deepEqual([...unpackBits(text, bits.length)], bits.map(Number));
    }),
  );
});

it('text that holds another number of bits is refused', () => {
  assert.throws(() => unpackBits(packBits([true]), 9), RangeError);
  assert.throws(() => unpackBits(packBits(new Array(9).fill(true)), 8), RangeError);
});
