import { random } from '../base/random.js';
import { tf } from '../engine/index.js';
import type { RunSpec } from './run-spec.js';

/**
 * Boxes are smaller by this share of an image on each side, so that rounding never puts the image's own first or last row
 * outside it; still the nearest pixel is the exact one.
 */
const INSIDE = 1e-5;

/** Feed that holds where each image of a batch is cut out: [batch, 4], see {@link shiftBoxes}. */
export const SHIFT_FEED = 'shift';

/**
 * Draws the shifts of one epoch, batch after batch, on the host, so that every engine moves the same images alike.
 *
 * @returns a function that gives the next batch's boxes [batch, 4]: top, left, bottom and right edge of the cut-out as
 * shares of the image's last row and column, which lie outside it where the image is moved
 */
export function shiftBoxes(
  { batchSize, model, seed }: Pick<RunSpec, 'batchSize' | 'model' | 'seed'>,
  pixels: number,
  epoch: number,
): () => Float32Array {
  const stream = random(seed, 'shift', epoch);
  const [height, width] = model.inputShape;
  return () => {
    const boxes = new Float32Array(4 * batchSize);
    for (let i = 0; i < batchSize; i++) {
      const top = stream.integer(-pixels, pixels) / (height - 1);
      const left = stream.integer(-pixels, pixels) / (width - 1);
      boxes.set([top + INSIDE, left + INSIDE, 1 + top - INSIDE, 1 + left - INSIDE], 4 * i);
    }
    return boxes;
  };
}

/**
 * Images [n, height, width, channels] cut out at boxes [n, 4]; black where a box lies outside. Shifts are whole pixels, so
 * that the nearest pixel is the exact one.
 */
export function cutOut(images: tf.Tensor4D, boxes: tf.Tensor2D): tf.Tensor4D {
  const [count, height, width] = images.shape;
  const indices = tf.range(0, count, 1, 'int32');
  return tf.image.cropAndResize(images, boxes, indices, [height, width], 'nearest', 0);
}
