import { random, shuffle } from '../base/random.js';
import { IMAGE_BYTES, IMAGE_PIXELS, IMAGE_SIDE } from './dataset.js';
import { imageCount } from './transforms.js';

/** Correlation of pixels that lie `distance` apart. */
export interface DistanceCorrelation {
  /** Pixels. */
  readonly distance: number;
  /** Pearson's r of pixel pairs side by side, one above the other, and the mean of the two. */
  readonly horizontal: number;
  /** Pearson's r of pairs one above the other, -1 to 1. */
  readonly vertical: number;
  /** Mean of the two directions. */
  readonly mean: number;
  /** Pairs in each direction. */
  readonly pairs: number;
}

/** What {@link spatialCorrelation} measures on. */
export interface CorrelationOptions {
  /** Greatest distance in pixels, 1 to 31; default 16. */
  readonly maxDistance?: number;
  /** Images drawn without replacement; default 2,000, or all there are. */
  readonly sample?: number;
  /** Of the draw of images; default 0. */
  readonly seed?: number;
}

/**
 * Pearson's correlation of the grey values (mean of R, G, B) of two pixels against the distance between them, pooled over all
 * positions of a seeded sample of images [n, 32, 32, 3]. Near 1 for neighbors of natural images and falling with
 * distance; after a fixed pixel permutation it is about the same at every distance, and above zero: what is left is
 * the brightness two pixels share by being of one image. The same seed and count choose the same images.
 *
 * @example
 * ```ts
 * import { shapesDataset, spatialCorrelation } from 'whyconv';
 *
 * const { images } = shapesDataset({ train: 100, test: 10, seed: 0 }).train;
 * const [near, far] = spatialCorrelation(images, { maxDistance: 2, sample: 100 });
 * near!.mean > far!.mean; // => true
 * ```
 */
export function spatialCorrelation(
  images: Uint8Array,
  options: CorrelationOptions = {},
): DistanceCorrelation[] {
  const { maxDistance = 16, sample = 2000, seed = 0 } = options;
  const grey = greySample(images, sample, seed);
  const count = grey.length / IMAGE_PIXELS;
  const farthest = Math.min(Math.max(1, Math.floor(maxDistance)), IMAGE_SIDE - 1);
  return Array.from({ length: farthest }, (_, i) => {
    const distance = i + 1;
    const horizontal = pairCorrelation(grey, distance, 0);
    const vertical = pairCorrelation(grey, 0, distance);
    const pairs = count * IMAGE_SIDE * (IMAGE_SIDE - distance);
    return { distance, horizontal, vertical, mean: (horizontal + vertical) / 2, pairs };
  });
}

/** R + G + B of the sampled images: three times the grey value, which correlation does not mind. */
function greySample(images: Uint8Array, sample: number, seed: number): Uint16Array {
  const count = imageCount(images);
  const order = shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
    random(seed, 'correlation'),
  );
  const chosen = order.subarray(0, Math.min(sample, count));
  const grey = new Uint16Array(chosen.length * IMAGE_PIXELS);
  let to = 0;
  for (const index of chosen) {
    const base = index * IMAGE_BYTES;
    for (let i = base; i < base + IMAGE_BYTES; i += 3)
      grey[to++] = images[i]! + images[i + 1]! + images[i + 2]!;
  }
  return grey;
}

/** Sums of whole numbers below 2^53, so exact until the last line. */
function pairCorrelation(grey: Uint16Array, dx: number, dy: number): number {
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let base = 0; base < grey.length; base += IMAGE_PIXELS) {
    for (let y = 0; y < IMAGE_SIDE - dy; y++) {
      const row = base + y * IMAGE_SIDE;
      for (let x = 0; x < IMAGE_SIDE - dx; x++) {
        const p = grey[row + x]!;
        const q = grey[row + x + dy * IMAGE_SIDE + dx]!;
        n++;
        a += p;
        b += q;
        aa += p * p;
        bb += q * q;
        ab += p * q;
      }
    }
  }
  return (ab / n - (a / n) * (b / n)) / Math.sqrt((aa / n - (a / n) ** 2) * (bb / n - (b / n) ** 2));
}
