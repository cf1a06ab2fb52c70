import { WhyconvError } from '../base/errors.js';
import { IMAGE_BYTES, IMAGE_PIXELS, IMAGE_SIDE, type ImageSet } from './dataset.js';

/**
 * Copies images [n, 32, 32, 3] with every pixel (all three channels of it) moved as the permutation says.
 *
 * @throws WhyconvError where the images are not whole, or the permutation is not of 1,024 positions
 * @example
 * ```ts
 * import { permutePixels, pixelPermutation, shapesDataset } from 'whyconv';
 *
 * const { images } = shapesDataset({ train: 10, test: 10, seed: 0 }).train;
 * const permuted = permutePixels(images, pixelPermutation(0));
 * permuted.length === images.length; // => true
 * ```
 */
export function permutePixels(images: Uint8Array, permutation: Uint32Array): Uint8Array {
  const count = imageCount(images);
  if (permutation.length !== IMAGE_PIXELS) {
    throw refuse(
      'the permutation is not one of an image',
      `${permutation.length} positions`,
      `${IMAGE_PIXELS} positions`,
    );
  }
  const out = new Uint8Array(images.length);
  for (let n = 0; n < count; n++) {
    const base = n * IMAGE_BYTES;
    for (let i = 0, to = base; i < IMAGE_PIXELS; i++) {
      const from = base + permutation[i]! * 3;
      out[to++] = images[from]!;
      out[to++] = images[from + 1]!;
      out[to++] = images[from + 2]!;
    }
  }
  return out;
}

/**
 * Copies images moved by dx pixels to the right and dy downwards (whole numbers; negative: left, up). Uncovered pixels
 * are black with 'zero'; with 'wrap' what leaves at one edge comes in at the other.
 *
 * @throws WhyconvError where the images are not whole, or a shift is not
 * @example
 * ```ts
 * import { shiftImages } from 'whyconv';
 *
 * const image = new Uint8Array(3072);
 * image[0] = 255; // red in the upper left corner
 * shiftImages(image, 1, 0, 'zero').indexOf(255); // => 3
 * shiftImages(image, -1, 0, 'zero').indexOf(255); // => -1
 * shiftImages(image, -1, 0, 'wrap').indexOf(255); // => 31 * 3
 * ```
 */
export function shiftImages(images: Uint8Array, dx: number, dy: number, fill: 'zero' | 'wrap'): Uint8Array {
  const count = imageCount(images);
  if (!Number.isInteger(dx) || !Number.isInteger(dy))
    throw refuse('a shift is not whole', `${dx}, ${dy}`, 'whole pixels');
  const out = new Uint8Array(images.length);
  for (let y = 0; y < IMAGE_SIDE; y++) {
    for (let x = 0; x < IMAGE_SIDE; x++) {
      const [fromY, fromX] = [y - dy, x - dx];
      const inside = fromY >= 0 && fromY < IMAGE_SIDE && fromX >= 0 && fromX < IMAGE_SIDE;
      if (!inside && fill === 'zero') continue;
      const from = (modulo(fromY) * IMAGE_SIDE + modulo(fromX)) * 3;
      const to = (y * IMAGE_SIDE + x) * 3;
      for (let base = 0; base < count * IMAGE_BYTES; base += IMAGE_BYTES) {
        out[base + to] = images[base + from]!;
        out[base + to + 1] = images[base + from + 1]!;
        out[base + to + 2] = images[base + from + 2]!;
      }
    }
  }
  return out;
}

/**
 * The images and labels at the given indices, in their order; copied.
 *
 * @throws WhyconvError for an index that there is no image at
 * @example
 * ```ts
 * import { selectImages, shapesDataset } from 'whyconv';
 *
 * const { train } = shapesDataset({ train: 100, test: 10, seed: 0 });
 * selectImages(train, [3, 13]).labels; // => [3, 3]
 * ```
 */
export function selectImages(set: ImageSet, indices: Uint32Array | readonly number[]): ImageSet {
  const count = indices.length;
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  for (const [to, from] of indices.entries()) {
    if (!Number.isInteger(from) || from < 0 || from >= set.count) {
      throw refuse('an index is out of range', String(from), `0 to ${set.count - 1}`);
    }
    images.set(set.images.subarray(from * IMAGE_BYTES, (from + 1) * IMAGE_BYTES), to * IMAGE_BYTES);
    labels[to] = set.labels[from]!;
  }
  return { images, labels, count };
}

/** How many whole images an array holds; throws if it does not divide into images. */
export function imageCount(images: Uint8Array): number {
  if (images.length % IMAGE_BYTES === 0) return images.length / IMAGE_BYTES;
  throw refuse(
    'the array does not hold whole images',
    `${images.length} bytes`,
    `a multiple of ${IMAGE_BYTES}`,
  );
}

function modulo(position: number): number {
  return ((position % IMAGE_SIDE) + IMAGE_SIDE) % IMAGE_SIDE;
}

function refuse(what: string, found: string, expected: string): WhyconvError {
  return new WhyconvError({ what, found, expected, remedy: 'fix the call' });
}
