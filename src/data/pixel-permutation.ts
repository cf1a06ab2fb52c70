import { WhyconvError } from '../base/errors.js';
import { random, shuffle } from '../base/random.js';
import { IMAGE_PIXELS, IMAGE_SIDE } from './dataset.js';

/**
 * A fixed permutation of the 1,024 positions of an image: position i takes the pixel of position `permutation[i]`. With a
 * block size b (a divisor of 32) pixels move only inside their b x b block, all blocks by the same permutation: order is
 * lost below the scale b and kept above it, and a shift by a multiple of b stays a shift. 1 is the identity, 32 (the default) the whole image.
 *
 * @throws WhyconvError where blocks of that side do not fill the image
 * @example
 * ```ts
 * import { pixelPermutation } from 'whyconv';
 *
 * pixelPermutation(0).length; // => 1024
 * pixelPermutation(0, 1).slice(0, 3); // => [0, 1, 2]
 * pixelPermutation(0, 5); // throws WhyconvError: the block size does not divide the image
 * ```
 */
export function pixelPermutation(seed: number, blockSize: number = IMAGE_SIDE): Uint32Array {
  if (!Number.isInteger(blockSize) || blockSize < 1 || IMAGE_SIDE % blockSize !== 0) {
    throw new WhyconvError({
      what: 'the block size does not divide the image',
      found: String(blockSize),
      expected: '1, 2, 4, 8, 16 or 32',
      remedy: 'fix the call',
    });
  }
  const within = shuffle(
    Uint32Array.from({ length: blockSize * blockSize }, (_, i) => i),
    random(seed, 'pixels', blockSize),
  );
  const permutation = new Uint32Array(IMAGE_PIXELS);
  for (let i = 0; i < IMAGE_PIXELS; i++) {
    const [y, x] = [Math.floor(i / IMAGE_SIDE), i % IMAGE_SIDE];
    const [insideY, insideX] = [y % blockSize, x % blockSize];
    const source = within[insideY * blockSize + insideX]!;
    const [fromY, fromX] = [y - insideY + Math.floor(source / blockSize), x - insideX + (source % blockSize)];
    permutation[i] = fromY * IMAGE_SIDE + fromX;
  }
  return permutation;
}
