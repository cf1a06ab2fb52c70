import { createHash } from 'node:crypto';
import { type Random, random } from '../base/random.js';
import { type Dataset, IMAGE_BYTES, IMAGE_PIXELS, IMAGE_SIDE, type ImageSet } from './dataset.js';
import { SHAPES, type Shape } from './shape-outlines.js';

type Color = readonly [number, number, number];

/** Everything random about one picture but its noise. */
interface Scene {
  /** Centre in pixels, so that the whole shape is inside the image. */
  readonly x: number;
  readonly y: number;
  /** Half the side of the shape's square, in pixels. */
  readonly radius: number;
  /** Radians, small: bars must stay horizontal or vertical. */
  readonly angle: number;
  readonly color: Color;
  /** Background colors of two opposite edges; the same twice for a flat one. */
  readonly from: Color;
  readonly to: Color;
  /** Direction of the gradient, radians. */
  readonly slope: number;
  /** Noise is triangular in [-noise, noise] grey levels. */
  readonly noise: number;
}

const RADIUS = { least: 6, most: 13 };
const MAX_ANGLE = 0.2;
/** Least difference of brightness between shape and background, grey levels. */
const CONTRAST = 60;

/**
 * The synthetic dataset: ten shapes with random position, scale, tilt, colors, background and noise. Image i has
 * class i mod 10, so every prefix is balanced; the same seed gives the same bytes, and a smaller set is a prefix of a larger one.
 * Train and test are drawn from different streams.
 *
 * @example
 * ```ts
 * import { shapesDataset } from 'whyconv';
 *
 * const { train, classes } = shapesDataset({ train: 100, test: 20, seed: 0 });
 * train.images.length; // => 100 * 32 * 32 * 3
 * classes.slice(0, 3); // => ['circle', 'square', 'triangle']
 * ```
 */
export function shapesDataset({ train, test, seed }: { train: number; test: number; seed: number }): Dataset {
  const sets = {
    train: shapesSet(train, random(seed, 'shapes', 'train')),
    test: shapesSet(test, random(seed, 'shapes', 'test')),
  };
  const hash = createHash('sha256');
  for (const set of [sets.train, sets.test]) hash.update(set.labels).update(set.images);
  return {
    name: 'shapes',
    classes: SHAPES.map((shape) => shape.name),
    ...sets,
    fingerprint: hash.digest('hex'),
    official: false,
    source: `synthetic shapes, seed ${seed}`,
  };
}

function shapesSet(count: number, rng: Random): ImageSet {
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = i % SHAPES.length;
    labels[i] = label;
    const pixels = images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    const scene = drawScene(rng);
    paint(pixels, SHAPES[label]!, scene);
    addNoise(pixels, scene.noise, rng);
  }
  return { images, labels, count };
}

function drawScene(rng: Random): Scene {
  const between = (low: number, high: number) => low + (high - low) * rng.uniform();
  const radius = between(RADIUS.least, RADIUS.most);
  const from = drawColor(rng);
  const flat = rng.uniform() < 0.5;
  const other = drawColor(rng);
  const to = flat ? from : other;
  return {
    radius,
    x: between(radius, IMAGE_SIDE - radius),
    y: between(radius, IMAGE_SIDE - radius),
    angle: between(-MAX_ANGLE, MAX_ANGLE),
    from,
    to,
    slope: between(0, 2 * Math.PI),
    noise: between(15, 50),
    color: contrasting(from, to, rng),
  };
}

function drawColor(rng: Random): Color {
  return [rng.integer(0, 255), rng.integer(0, 255), rng.integer(0, 255)];
}

const brightness = ([r, g, b]: Color) => 0.299 * r + 0.587 * g + 0.114 * b;

/** A color unlike the middle of the background: drawn again until it is; if luck fails, black or white. */
function contrasting(from: Color, to: Color, rng: Random): Color {
  const background = (brightness(from) + brightness(to)) / 2;
  for (let attempt = 0; attempt < 20; attempt++) {
    const color = drawColor(rng);
    if (Math.abs(brightness(color) - background) >= CONTRAST) return color;
  }
  return background < 128 ? [255, 255, 255] : [0, 0, 0];
}

function paint(pixels: Uint8Array, shape: Shape, scene: Scene): void {
  const [cos, sin] = [Math.cos(scene.angle) / scene.radius, Math.sin(scene.angle) / scene.radius];
  const [slopeX, slopeY] = [Math.cos(scene.slope), Math.sin(scene.slope)];
  for (let i = 0; i < IMAGE_PIXELS; i++) {
    const [px, py] = [(i % IMAGE_SIDE) + 0.5, Math.floor(i / IMAGE_SIDE) + 0.5];
    const [dx, dy] = [px - scene.x, py - scene.y];
    const covered = shape.covers(dx * cos + dy * sin, dy * cos - dx * sin);
    const mix = 0.5 + ((px - 16) * slopeX + (py - 16) * slopeY) / 46;
    for (let c = 0; c < 3; c++) {
      const from = scene.from[c]!;
      pixels[i * 3 + c] = covered ? scene.color[c]! : clamp(from + (scene.to[c]! - from) * mix);
    }
  }
}

/** Four bytes a draw, two of them a value: their sum is triangular, close enough to a bell and quick. */
function addNoise(pixels: Uint8Array, noise: number, rng: Random): void {
  for (let i = 0; i < pixels.length; i += 2) {
    const bits = rng.uniform() * 2 ** 32;
    const high = bits >>> 16;
    pixels[i] = clamp(pixels[i]! + noise * triangular(high));
    pixels[i + 1] = clamp(pixels[i + 1]! + noise * triangular(bits & 0xffff));
  }
}

/** -1 to 1 from two bytes. */
function triangular(bytes: number): number {
  return ((bytes >>> 8) + (bytes & 0xff)) / 255 - 1;
}

function clamp(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
