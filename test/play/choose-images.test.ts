import assert from 'node:assert/strict';
import { it } from 'node:test';
import { IMAGE_BYTES, type ImageSet } from '../../src/data/index.js';
import { chooseImages } from '../../src/play/choose-images.js';
import { inflated } from '../../src/play/unpack.js';

const labels = Uint8Array.of(1, 0, 1, 0, 2, 2, 2, 0);
const test: ImageSet = {
  labels,
  images: Uint8Array.from({ length: 8 * IMAGE_BYTES }, (_, i) => Math.floor(i / IMAGE_BYTES)),
  count: 8,
};
const classes = ['a', 'b', 'c'];

it('the first image of each class that divides the networks, then two that all get wrong', async () => {
  const answers = [Uint8Array.of(1, 0, 1, 1, 1, 0, 0, 1), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1)];
  const chosen = chooseImages({ test, classes }, answers);
  // Class a: image 3; b: image 2; c: image 4, which both get wrong, too. Then 5 and 6, not 4 again, and not 7.
  assert.deepEqual(chosen.indices, [3, 2, 4, 5, 6]);
  assert.deepEqual(chosen.labels, [0, 1, 2, 2, 2]);
  const pixels = await inflated(chosen.pixels);
  assert.deepEqual(
    [...chosen.indices.keys()].map((i) => pixels[i * IMAGE_BYTES]),
    chosen.indices,
  );
});

it('classes on which the networks agree are left out; where no image is left, the first one stays', () => {
  const right = Uint8Array.from(labels);
  assert.deepEqual(chooseImages({ test, classes }, [right, right]).indices, [0]);
});

it('of one network alone it is the first image of each class, and two others that it gets wrong', () => {
  const answers = [Uint8Array.of(1, 0, 1, 1, 1, 0, 0, 1)];
  assert.deepEqual(chooseImages({ test, classes }, answers).indices, [1, 0, 4, 3, 5]);
});
