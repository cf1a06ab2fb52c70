import { tf } from '../engine/index.js';

/**
 * A convolution without weight sharing: stride 1, same padding, and at every position a kernel of its own.
 *
 * @param x [batch, h, w, c]
 * @param kernel `[h*w, k*k*c, filters]`: positions in row-major order, each with its patch as a convolution kernel
 *   [k, k, c] flattened.
 * @param bias [h, w, filters], one a position.
 * @returns [batch, h, w, filters]
 * @example
 * ```ts
 * import { locallyConnected2d, startEngine, tf } from 'whyconv';
 *
 * await startEngine();
 * const x = tf.ones([1, 4, 4, 3]) as tf.Tensor4D;
 * const kernel = tf.ones([16, 27, 2]) as tf.Tensor3D; // 16 positions, 3 x 3 windows of 3 channels, 2 filters
 * locallyConnected2d(x, kernel).shape; // => [1, 4, 4, 2]
 * ```
 */
export function locallyConnected2d(x: tf.Tensor4D, kernel: tf.Tensor3D, bias?: tf.Tensor3D): tf.Tensor4D {
  const [batch, h, w, c] = x.shape;
  const [positions, patch, filters] = kernel.shape;
  // The batch comes last in between: what a window sees of a channel is then moved in one piece.
  const maps = tf.transpose(tf.reshape(x, [batch, h * w * c])) as tf.Tensor2D;
  const products = multiply(maps, kernel, { h, w, k: Math.sqrt(patch / c) });
  const sums = bias ? tf.add(products, tf.reshape(bias, [positions, filters, 1])) : products;
  return tf.reshape(tf.transpose(tf.reshape(sums, [positions * filters, batch])), [batch, h, w, filters]);
}

/** Size of the maps and side of the window. */
interface Geometry {
  readonly h: number;
  readonly w: number;
  readonly k: number;
}

/**
 * Every position's patch times its kernel: [h*w*c, batch] and [h*w, k*k*c, filters] to [h*w, filters, batch]. The
 * gradient by the maps is the same operation on the gradient of the products, with the kernels turned round: gathering
 * again is faster than adding up overlapping patches.
 */
function multiply(maps: tf.Tensor2D, kernel: tf.Tensor3D, geometry: Geometry): tf.Tensor {
  const { h, w, k } = geometry;
  const before = Math.floor((k - 1) / 2);
  const op = tf.customGrad((input, kernels, save) => {
    const seen = seenPositions(geometry, before);
    const patches = patchesOf(input as tf.Tensor, seen, h * w);
    (save as tf.GradSaveFunc)([patches, kernels as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [savedPatches, savedKernels] = saved as [tf.Tensor, tf.Tensor];
      const seeing = seenPositions(geometry, k - 1 - before);
      const turned = turnedKernels(savedKernels as tf.Tensor3D, seeing, k);
      const gradients = patchesOf(tf.reshape(dy, [-1, dy.shape[2]!]), seeing, h * w);
      return [tf.reshape(tf.matMul(turned, gradients), maps.shape), tf.matMul(savedPatches, dy, false, true)];
    };
    return { value: tf.matMul(kernels as tf.Tensor, patches, true, false), gradFunc };
  });
  return op(maps, kernel);
}

/**
 * The position each cell of the k x k window sees, window by window, `before` positions above and to the left of its own
 * on: [h*w, k*k] flattened, -1 beyond the border.
 */
function seenPositions({ h, w, k }: Geometry, before: number): Int32Array {
  return Int32Array.from({ length: h * w * k * k }, (_, i) => {
    const [position, cell] = [Math.floor(i / (k * k)), i % (k * k)];
    const y = Math.floor(position / w) + Math.floor(cell / k) - before;
    const x = (position % w) + (cell % k) - before;
    return y >= 0 && y < h && x >= 0 && x < w ? y * w + x : -1;
  });
}

/** What the windows see, zeros beyond the border: [positions*c, batch] to [positions, k*k*c, batch]. */
function patchesOf(maps: tf.Tensor, seen: Int32Array, positions: number): tf.Tensor {
  const [rows, batch] = maps.shape as [number, number];
  const c = rows / positions;
  const indices = new Int32Array(seen.length * c);
  for (const [i, position] of seen.entries())
    for (let j = 0; j < c; j++) indices[i * c + j] = position < 0 ? rows : position * c + j;
  const padded = tf.pad(maps, [
    [0, 1],
    [0, 0],
  ]);
  return tf.reshape(tf.gather(padded, tf.tensor1d(indices, 'int32')), [positions, -1, batch]);
}

/**
 * For every position the weights by which the positions around it see it: [positions, k*k*c, filters] to
 * [positions, c, k*k*filters]. Those beyond the border are any weights: they will meet zeros.
 */
function turnedKernels(kernels: tf.Tensor3D, seeing: Int32Array, k: number): tf.Tensor {
  const [positions, patch, filters] = kernels.shape;
  const cells = k * k;
  const c = patch / cells;
  const indices = Int32Array.from({ length: positions * patch }, (_, i) => {
    const [position, channel, cell] = [Math.floor(i / patch), Math.floor(i / cells) % c, i % cells];
    const other = Math.max(0, seeing[position * cells + cell]!);
    return (other * cells + cells - 1 - cell) * c + channel;
  });
  const rows = tf.reshape(kernels, [positions * patch, filters]);
  return tf.reshape(tf.gather(rows, tf.tensor1d(indices, 'int32')), [positions, c, cells * filters]);
}
