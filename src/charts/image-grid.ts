import { PNG } from 'pngjs';

/** A picture [height, width, 3], row-major, 0 to 255. */
export interface Picture {
  /** height * width * 3 bytes. */
  readonly pixels: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** How {@link imageGrid} arranges pictures. */
export interface GridOptions {
  /** Pictures per row; default 10. */
  readonly columns?: number;
  /** Screen pixels per side of a picture's pixel, without smoothing; default 2. */
  readonly scale?: number;
  /** Screen pixels between pictures, transparent; default 4. */
  readonly gap?: number;
}

/**
 * Pictures of equal size in rows, as a PNG file.
 *
 * @throws RangeError if there is no picture, or if sizes differ
 * @example
 * ```ts
 * import { imageGrid, picturesOf, shapesDataset } from 'whyconv';
 *
 * const { images } = shapesDataset({ train: 10, test: 10, seed: 0 }).train;
 * const png = imageGrid(picturesOf(images, 32), { columns: 5, scale: 1, gap: 0 });
 * Buffer.from(png).readUInt32BE(16); // => 5 * 32
 * ```
 */
export function imageGrid(pictures: readonly Picture[], options: GridOptions = {}): Uint8Array {
  const { columns = 10, scale = 2, gap = 4 } = options;
  const first = pictures[0];
  if (!first) throw new RangeError('a grid needs at least one picture');
  for (const size of [columns, scale]) {
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`columns and scale are whole numbers above 0, not ${size}`);
  }
  const across = Math.min(columns, pictures.length);
  const down = Math.ceil(pictures.length / across);
  const step = { x: first.width * scale + gap, y: first.height * scale + gap };
  const png = new PNG({ width: across * step.x - gap, height: down * step.y - gap });
  png.data.fill(0);
  pictures.forEach((picture, i) => {
    if (picture.width !== first.width || picture.height !== first.height) {
      throw new RangeError(`picture ${i} does not have the size of the first one`);
    }
    draw(png, picture, (i % across) * step.x, Math.floor(i / across) * step.y, scale);
  });
  return PNG.sync.write(png, { deflateLevel: 9 });
}

/**
 * Images [n, side, side, 3] as pictures: those at `indices`, or all.
 *
 * @example
 * ```ts
 * import { picturesOf, shapesDataset } from 'whyconv';
 *
 * const { images } = shapesDataset({ train: 10, test: 10, seed: 0 }).train;
 * const [picture] = picturesOf(images, 32, [7]);
 * picture!.pixels; // => images.subarray(7 * 3072, 8 * 3072)
 * ```
 */
export function picturesOf(images: Uint8Array, side: number, indices?: readonly number[]): Picture[] {
  const bytes = side * side * 3;
  const chosen = indices ?? Array.from({ length: images.length / bytes }, (_, i) => i);
  return chosen.map((i) => ({
    pixels: images.subarray(i * bytes, (i + 1) * bytes),
    width: side,
    height: side,
  }));
}

function draw(png: PNG, { pixels, width, height }: Picture, left: number, top: number, scale: number): void {
  if (pixels.length !== width * height * 3) {
    throw new RangeError(`${pixels.length} bytes are not a picture of ${width} x ${height} x 3`);
  }
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * 3;
      const to = ((top + y) * png.width + left + x) * 4;
      png.data[to] = pixels[from]!;
      png.data[to + 1] = pixels[from + 1]!;
      png.data[to + 2] = pixels[from + 2]!;
      png.data[to + 3] = 255;
    }
  }
}
