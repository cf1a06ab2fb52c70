import { IMAGE_BYTES, IMAGE_CHANNELS, IMAGE_SIDE } from '../data/index.js';

/** Side of the gray square that covers a part of the image, and how far it moves each time, in pixels. */
const COVER = 8;
const STEP = 4;
/** Positions along one axis: 7. */
export const OCCLUSION_SIDE: number = (IMAGE_SIDE - COVER) / STEP + 1;
const GRAY = 0.5;

/**
 * The image once for each position of a gray square over it: where an answer depends on what is covered, the network looked
 * there (Zeiler & Fergus 2014, "Visualizing and understanding convolutional networks", section 4.2).
 *
 * @param image [32, 32, 3]
 * @returns [positions, 32, 32, 3], row by row
 */
export function occluded(image: Float32Array): Float32Array {
  const positions = OCCLUSION_SIDE ** 2;
  const images = new Float32Array(positions * IMAGE_BYTES);
  for (let position = 0; position < positions; position++) {
    const covered = images.subarray(position * IMAGE_BYTES, (position + 1) * IMAGE_BYTES);
    covered.set(image);
    const top = STEP * Math.floor(position / OCCLUSION_SIDE);
    const left = STEP * (position % OCCLUSION_SIDE);
    for (let y = top; y < top + COVER; y++) {
      const start = (y * IMAGE_SIDE + left) * IMAGE_CHANNELS;
      covered.fill(GRAY, start, start + COVER * IMAGE_CHANNELS);
    }
  }
  return images;
}

/** How much of a class's probability goes where each position is covered: positive where the image spoke for the class. */
export function probabilityLost(
  whole: number,
  covered: Float32Array,
  { classes, of }: { readonly classes: number; readonly of: number },
): number[] {
  return Array.from({ length: covered.length / classes }, (_, i) => whole - covered[i * classes + of]!);
}
