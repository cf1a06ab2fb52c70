import { type GridOptions, imageGrid, type Picture } from './image-grid.js';

/**
 * First-layer filters as a PNG: each filter is scaled by its own largest weight, so that 0 is mid-gray and colors show
 * the weights of R, G and B. Kernels that do not have three input channels are gray, summed over channels.
 *
 * @param shape [height, width, in, filters]
 * @throws RangeError if the kernel does not have this shape
 * @example
 * ```ts
 * import { filterGrid, initialWeights, MODELS } from 'whyconv';
 *
 * const [kernel] = initialWeights(MODELS.small, 0);
 * const png = filterGrid(kernel!, [3, 3, 3, 8]);
 * Buffer.from(png).toString('latin1', 1, 4); // => 'PNG'
 * ```
 */
export function filterGrid(
  kernel: Float32Array,
  shape: readonly [height: number, width: number, inputs: number, filters: number],
  options: GridOptions = {},
): Uint8Array {
  const [height, width, inputs, filters] = shape;
  if (kernel.length !== height * width * inputs * filters) {
    throw new RangeError(`${kernel.length} weights do not have the shape [${shape.join(', ')}]`);
  }
  const pictures = Array.from({ length: filters }, (_, f): Picture => {
    const weights = new Float32Array(height * width * 3);
    for (let p = 0; p < height * width; p++) {
      const at = (channel: number) => kernel[(p * inputs + channel) * filters + f]!;
      const sum = () => Array.from({ length: inputs }, (_, c) => at(c)).reduce((a, b) => a + b, 0);
      for (let c = 0; c < 3; c++) weights[p * 3 + c] = inputs === 3 ? at(c) : sum();
    }
    return { pixels: around127(weights), width, height };
  });
  return imageGrid(pictures, { columns: 16, scale: 12, gap: 6, ...options });
}

/**
 * The feature maps of one image as a PNG of gray pictures, each scaled so that its own maximum is white and 0 is black.
 *
 * @param maps [height, width, channels], row-major, 0 or more as after a ReLU
 * @throws RangeError if the maps do not have this shape
 * @example
 * ```ts
 * import { featureMapGrid } from 'whyconv';
 *
 * const png = featureMapGrid(new Float32Array(16 * 16 * 4), [16, 16, 4]);
 * Buffer.from(png).toString('latin1', 1, 4); // => 'PNG'
 * ```
 */
export function featureMapGrid(
  maps: Float32Array,
  shape: readonly [height: number, width: number, channels: number],
  options: GridOptions = {},
): Uint8Array {
  const [height, width, channels] = shape;
  if (maps.length !== height * width * channels) {
    throw new RangeError(`${maps.length} values do not have the shape [${shape.join(', ')}]`);
  }
  const pictures = Array.from({ length: channels }, (_, channel): Picture => {
    const values = Float32Array.from({ length: height * width }, (_, p) =>
      Math.max(0, maps[p * channels + channel]!),
    );
    const largest = values.reduce((a, b) => Math.max(a, b), 0) || 1;
    const pixels = Uint8Array.from({ length: values.length * 3 }, (_, i) =>
      Math.round((255 * values[Math.floor(i / 3)]!) / largest),
    );
    return { pixels, width, height };
  });
  return imageGrid(pictures, { columns: 8, scale: 2, gap: 4, ...options });
}

function around127(weights: Float32Array): Uint8Array {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
  return Uint8Array.from(weights, (weight) => Math.round(127.5 + (127.5 * weight) / largest));
}
