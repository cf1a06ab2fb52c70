import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { normals } from '../support/numbers.js';

before(async () => {
  await startEngine('wasm');
});

const x = normals('x', 5 * 3 * 2);

function gathered(indices: number[][], axis: number): { shape: number[]; values: number[] } {
  return tf.tidy(() => {
    const result = tf.gather(tf.tensor3d(x, [5, 3, 2]), tf.tensor2d(indices, undefined, 'int32'), axis);
    return { shape: result.shape, values: [...result.dataSync()] };
  });
}

it('gather on the wasm engine picks rows in the order of the indices, including repeated ones', () => {
  const found = gathered(
    [
      [4, 0],
      [0, 2],
    ],
    0,
  );
  assert.deepEqual(found.shape, [2, 2, 3, 2]);
  assert.deepEqual(
    found.values,
    [4, 0, 0, 2].flatMap((row) => [...x.subarray(row * 6, row * 6 + 6)]),
  );
});

it('gather on the wasm engine also picks along other dimensions', () => {
  const found = gathered([[2, 0]], 1);
  assert.deepEqual(found.shape, [5, 1, 2, 2]);
  const expected = Array.from({ length: 20 }, (_, i) => {
    const [row, pick, c] = [Math.floor(i / 4), Math.floor(i / 2) % 2, i % 2];
    return x[row * 6 + (pick === 0 ? 2 : 0) * 2 + c]!;
  });
  assert.deepEqual(found.values, expected);
});

it('gather on the wasm engine refuses an index beyond the rows and allocates nothing for it', () => {
  const held = () => tf.engine().backend.numDataIds();
  const before = held();
  assert.throws(() => gathered([[5]], 0), RangeError);
  assert.throws(() => gathered([[-1]], 0), RangeError);
  assert.equal(held(), before);
});
