/**
 * What each kind of layer computes of one image, as plain loops over float32 arrays: maps are [height, width, channels],
 * row-major. The layout of weights is that of the engine's: see `weightShapes`.
 */

/** Height, width and channels. */
export type MapShape = readonly [height: number, width: number, channels: number];

export interface Windows {
  readonly filters: number;
  readonly kernelSize: number;
  /** False: a kernel and a bias of its own at every position. */
  readonly shared: boolean;
}

/**
 * Stride 1, same padding: each filter's window at each position.
 *
 * @param kernel [k, k, c, filters], once or, where it is not shared, for every position
 * @param bias [filters], once or for every position
 * @returns [h, w, filters]
 */
export function convolve(
  x: Float32Array,
  [height, width, channels]: MapShape,
  kernel: Float32Array,
  bias: Float32Array,
  { filters, kernelSize, shared }: Windows,
): Float32Array {
  const out = new Float32Array(height * width * filters);
  const before = Math.floor((kernelSize - 1) / 2);
  const own = shared ? 0 : kernelSize * kernelSize * channels * filters;
  for (let y = 0, to = 0, position = 0; y < height; y++) {
    for (let column = 0; column < width; column++, to += filters, position++) {
      for (let f = 0; f < filters; f++) out[to + f] = bias[(shared ? 0 : to) + f]!;
      for (let ky = 0; ky < kernelSize; ky++) {
        const fromY = y + ky - before;
        if (fromY < 0 || fromY >= height) continue;
        for (let kx = 0; kx < kernelSize; kx++) {
          const fromX = column + kx - before;
          if (fromX < 0 || fromX >= width) continue;
          const from = (fromY * width + fromX) * channels;
          const weights = position * own + (ky * kernelSize + kx) * channels * filters;
          addProducts(x, from, channels, kernel, weights, out, to, filters);
        }
      }
    }
  }
  return out;
}

/** @param kernel [inputs, units] */
export function multiply(x: Float32Array, kernel: Float32Array, bias: Float32Array): Float32Array {
  const out = Float32Array.from(bias);
  addProducts(x, 0, x.length, kernel, 0, out, 0, bias.length);
  return out;
}

/** Adds inputs times their rows of weights [count, outputs]. Most inputs of a layer are zeros that a ReLU left. */
function addProducts(
  x: Float32Array,
  from: number,
  count: number,
  kernel: Float32Array,
  weights: number,
  out: Float32Array,
  to: number,
  outputs: number,
): void {
  for (let i = 0, row = weights; i < count; i++, row += outputs) {
    const value = x[from + i]!;
    if (value === 0) continue;
    for (let f = 0; f < outputs; f++) out[to + f]! += value * kernel[row + f]!;
  }
}

/** In place: what is negative becomes 0. */
export function relu(x: Float32Array): Float32Array {
  for (let i = 0; i < x.length; i++) if (x[i]! < 0) x[i] = 0;
  return x;
}

/** Stride = size, valid padding. */
export function maxPool(x: Float32Array, [height, width, channels]: MapShape, size: number): Float32Array {
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const out = new Float32Array(rows * columns * channels).fill(Number.NEGATIVE_INFINITY);
  for (let y = 0; y < rows * size; y++) {
    for (let column = 0; column < columns * size; column++) {
      const from = (y * width + column) * channels;
      const to = (Math.floor(y / size) * columns + Math.floor(column / size)) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = Math.max(out[to + c]!, x[from + c]!);
    }
  }
  return out;
}

/** The mean over all positions, by channel. */
export function globalAverage(x: Float32Array, [height, width, channels]: MapShape): Float32Array {
  const out = new Float32Array(channels);
  for (let i = 0; i < x.length; i++) out[i % channels]! += x[i]!;
  return out.map((sum) => sum / (height * width));
}

/** Logits to probabilities. */
export function softmax(logits: Float32Array): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
