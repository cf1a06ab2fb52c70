import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '../../src/base/random.js';
import { pixelPermutation } from '../../src/data/pixel-permutation.js';
import { permutePixels, selectImages, shiftImages } from '../../src/data/transforms.js';
import { refusal } from './fixtures.js';

const rng = random(1, 'transforms');
const images = Uint8Array.from({ length: 3 * 3072 }, () => rng.integer(0, 255));
const at = (set: Uint8Array, n: number, y: number, x: number, c: number) =>
  set[((n * 32 + y) * 32 + x) * 3 + c];
const blockSize = fc.constantFrom(1, 2, 4, 8, 16, 32);
const shift = fc.integer({ min: -40, max: 40 });
const few = { numRuns: 40 };

test('a permutation takes every pixel once: its inverse brings the images back', () => {
  fc.assert(
    fc.property(fc.nat(), blockSize, (seed, b) => {
      const permutation = pixelPermutation(seed, b);
      const inverse = new Uint32Array(permutation.length);
      for (const [to, from] of permutation.entries()) inverse[from] = to;
      assert.deepEqual(permutePixels(permutePixels(images, permutation), inverse), images);
    }),
    few,
  );
});

test('position i takes the pixel of position permutation[i], all channels together', () => {
  const permutation = pixelPermutation(5);
  const out = permutePixels(images, permutation);
  for (const [i, from] of permutation.entries()) {
    for (const c of [0, 1, 2]) assert.equal(out[3072 + i * 3 + c], images[3072 + from * 3 + c]);
  }
});

test('a permutation in blocks stays in the block and is the same in every block', () => {
  fc.assert(
    fc.property(fc.nat(), blockSize, (seed, b) => {
      const permutation = pixelPermutation(seed, b);
      for (const [i, from] of permutation.entries()) {
        const [y, x] = [Math.floor(i / 32), i % 32];
        const [fromY, fromX] = [Math.floor(from / 32), from % 32];
        assert.ok(Math.floor(y / b) === Math.floor(fromY / b) && Math.floor(x / b) === Math.floor(fromX / b));
        const first = permutation[(y % b) * 32 + (x % b)]!;
        assert.deepEqual([fromY % b, fromX % b], [Math.floor(first / 32), first % 32]);
      }
    }),
    few,
  );
  assert.ok(pixelPermutation(3, 1).every((from, to) => from === to));
  assert.notDeepEqual(pixelPermutation(0), pixelPermutation(1));
});

test('shifting is what a loop over pixels says, for both fills', () => {
  const oracle = (set: Uint8Array, dx: number, dy: number, fill: 'zero' | 'wrap') => {
    const out = new Uint8Array(set.length);
    for (let i = 0; i < set.length; i++) {
      const [c, x, y, n] = [i % 3, Math.floor(i / 3) % 32, Math.floor(i / 96) % 32, Math.floor(i / 3072)];
      const [toX, toY] = [x + dx, y + dy];
      if (fill === 'wrap') out[((n * 32 + ((toY + 320) % 32)) * 32 + ((toX + 320) % 32)) * 3 + c] = set[i]!;
      else if (toX >= 0 && toX < 32 && toY >= 0 && toY < 32)
        out[((n * 32 + toY) * 32 + toX) * 3 + c] = set[i]!;
    }
    return out;
  };
  fc.assert(
    fc.property(shift, shift, fc.constantFrom('zero' as const, 'wrap' as const), (dx, dy, fill) => {
      assert.deepEqual(shiftImages(images, dx, dy, fill), oracle(images, dx, dy, fill));
    }),
    few,
  );
});

test('positive shifts go right and down', () => {
  const moved = shiftImages(images, 2, 5, 'zero');
  assert.equal(at(moved, 1, 5 + 7, 2 + 9, 2), at(images, 1, 7, 9, 2));
  assert.equal(at(moved, 1, 4, 20, 0), 0);
});

test('wrapped shifts compose and 32 is a full turn; shifts filled with zero compose in one direction', () => {
  fc.assert(
    fc.property(shift, shift, shift, shift, (a, b, c, d) => {
      const twice = shiftImages(shiftImages(images, a, b, 'wrap'), c, d, 'wrap');
      assert.deepEqual(twice, shiftImages(images, a + c, b + d, 'wrap'));
      const onward = shiftImages(
        shiftImages(images, Math.abs(a), Math.abs(b), 'zero'),
        Math.abs(c),
        Math.abs(d),
        'zero',
      );
      assert.deepEqual(
        onward,
        shiftImages(images, Math.abs(a) + Math.abs(c), Math.abs(b) + Math.abs(d), 'zero'),
      );
    }),
    few,
  );
  assert.deepEqual(shiftImages(images, 32, -32, 'wrap'), images);
  assert.deepEqual(shiftImages(images, 32, 0, 'zero'), new Uint8Array(images.length));
});

test('selecting copies images and labels in the order asked', () => {
  const set = { images, labels: Uint8Array.of(4, 5, 6), count: 3 };
  const chosen = selectImages(set, [2, 0, 2]);
  assert.deepEqual(chosen.labels, Uint8Array.of(6, 4, 6));
  assert.equal(chosen.count, 3);
  assert.deepEqual(chosen.images.subarray(0, 3072), images.subarray(6144));
  assert.deepEqual(chosen.images.subarray(3072, 6144), images.subarray(0, 3072));
  assert.throws(() => selectImages(set, [3]), refusal('out of range', '0 to 2'));
});

test('a permutation of another length, a part of an image, a fractional shift and a block that does not divide are refused', () => {
  assert.throws(() => permutePixels(images, Uint32Array.of(0)), refusal('1 positions', '1024 positions'));
  assert.throws(
    () => permutePixels(images.subarray(1), pixelPermutation(0)),
    refusal('whole images', '3072'),
  );
  assert.throws(() => shiftImages(images, 0.5, 0, 'zero'), refusal('0.5'));
  for (const b of [0, 3, 64, 1.5])
    assert.throws(() => pixelPermutation(0, b), refusal('block size', String(b)));
});
