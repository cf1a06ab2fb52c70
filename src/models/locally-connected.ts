import { tf } from '../engine/index.js';

/**
 * A convolution without weight sharing: stride 1, same padding, and at every position a kernel of its own.
 *
 * @param x [batch, h, w, c]
 * @param kernel [h*w, k*k*c, filters]: positions in row-major order, each with its patch as a convolution kernel
 *   [k, k, c] flattened.
 * @param bias [h, w, filters], one a position.
 * @returns [batch, h, w, filters]
 */
export function locallyConnected2d(x: tf.Tensor4D, kernel: tf.Tensor3D, bias?: tf.Tensor3D): tf.Tensor4D {
  const [batch, h, w, c] = x.shape;
  const [positions, patch, filters] = kernel.shape;
  const maps: tf.Tensor4D = tf.reshape(tf.transpose(tf.reshape(x, [batch, h * w * c])), [h, w, c, batch]);
  const patches = tf.reshape(patchesOf(maps, Math.sqrt(patch / c)), [positions, patch, batch]);
  const products = tf.matMul(kernel, patches as tf.Tensor3D, true, false);
  const sums = bias ? tf.add(products, tf.reshape(bias, [positions, filters, 1])) : products;
  return tf.reshape(tf.transpose(tf.reshape(sums, [positions * filters, batch])), [batch, h, w, filters]);
}

/**
 * What the k x k window sees around every position, zeros beyond the border: [h, w, c, batch] to [h, w, k*k*c, batch].
 * With the batch last a window's row and column are moved in runs of c * batch numbers, and first widening the columns,
 * then the rows, takes 2k slices in place of k².
 */
function patchesOf(maps: tf.Tensor4D, k: number): tf.Tensor4D {
  if (k === 1) return maps;
  const [h, w, c, batch] = maps.shape;
  const before = Math.floor((k - 1) / 2);
  const border: [number, number] = [before, k - 1 - before];
  const padded = tf.pad(maps, [border, border, [0, 0], [0, 0]]);
  const steps = Array.from({ length: k }, (_, i) => i);
  const rows: tf.Tensor4D = tf.concat(
    steps.map((i) => tf.slice(padded, [0, i, 0, 0], [h + k - 1, w, c, batch])),
    2,
  );
  return tf.concat(
    steps.map((i) => tf.slice(rows, [i, 0, 0, 0], [h, w, k * c, batch])),
    2,
  );
}
