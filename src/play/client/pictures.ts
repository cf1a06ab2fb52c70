import { scaleLinear } from 'd3-scale';
import { IMAGE_SIDE } from '../../data/dataset.js';
import type { MapShape } from '../layers.js';
import { UNITS_IN_ROW } from '../turn.js';
import { element } from './dom.js';

/** Device pixels a side of the canvases on which maps are drawn. */
const MAP_SIDE = 128;

/** A canvas of an image's own pixels, enlarged without smoothing. */
export const pictureCanvas = (className = 'play-picture'): HTMLCanvasElement =>
  element('canvas', { width: IMAGE_SIDE, height: IMAGE_SIDE, class: className });

/** @param bytes [32, 32, 3] */
export function drawPicture(canvas: HTMLCanvasElement, bytes: Uint8Array): void {
  const { width, height } = canvas;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[3 * i + c]!;
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

export const mapCanvas = (label: string): HTMLCanvasElement =>
  element('canvas', {
    width: MAP_SIDE,
    height: MAP_SIDE,
    class: 'play-map',
    role: 'img',
    'aria-label': label,
  });

/** From nothing to the most: gray for what a filter sees, a glow for what should not be. */
export const RAMPS = {
  seen: ramp(['#0b0d10', '#f6f7f8']),
  glow: ramp(['#0b0d10', '#7a2b0c', '#e8702a', '#ffe9b8']),
} as const;

type Ramp = readonly (readonly [number, number, number])[];

function ramp(colors: readonly string[]): Ramp {
  const scale = scaleLinear<string>()
    .domain(colors.map((_, i) => (255 * i) / (colors.length - 1)))
    .range(colors);
  return Array.from({ length: 256 }, (_, i) => {
    const [r, g, b] = scale(i).match(/\d+/g)!.map(Number);
    return [r!, g!, b!] as const;
  });
}

/** What lies outside the ramp's reach: nothing was there to compare. */
const NOTHING = [128, 128, 128, 60] as const;

/**
 * One number a position as colors.
 *
 * @param values [height, width]; NaN is nothing
 * @param largest what the end of the ramp stands for
 * @param frame positions to draw a frame around
 */
export function drawMap(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  [height, width]: readonly [number, number],
  { largest, colors, frame }: { readonly largest: number; readonly colors: Ramp; readonly frame?: Frame },
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const small = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  values.forEach((value, i) => {
    const color = colors[Math.round(255 * Math.min(1, Math.max(0, value / (largest || 1))))];
    image.data.set(Number.isNaN(value) || !color ? NOTHING : [...color, 255], 4 * i);
  });
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  if (frame) drawFrame(context, frame, [canvas.width / width, canvas.height / height]);
}

/**
 * What a layer computes, as a glow: one value a position, or a vector's units in rows.
 *
 * @param shape [height, width], or [1, units]
 */
export function drawLayer(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  shape: readonly [number, number],
  frame?: Frame,
): void {
  const look = { largest: largestOf(values), colors: RAMPS.glow };
  if (shape[0] === 1) {
    const rows = Math.ceil(shape[1] / UNITS_IN_ROW);
    const units = new Float32Array(rows * UNITS_IN_ROW).fill(Number.NaN);
    units.set(values);
    drawMap(canvas, units, [rows, UNITS_IN_ROW], look);
  } else drawMap(canvas, values, shape, { ...look, ...(frame && { frame }) });
}

export interface Frame {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
}

function drawFrame(
  context: CanvasRenderingContext2D,
  { x, y }: Frame,
  [across, down]: readonly [number, number],
): void {
  if (x[0] === x[1] || y[0] === y[1]) return;
  context.strokeStyle = '#4aa3df';
  context.lineWidth = 1;
  context.strokeRect(
    x[0] * across + 0.5,
    y[0] * down + 0.5,
    (x[1] - x[0]) * across - 1,
    (y[1] - y[0]) * down - 1,
  );
}

/** One channel of maps [h, w, c]. */
export const channelOf = (
  maps: Float32Array,
  [height, width, channels]: MapShape,
  channel: number,
): Float32Array => Float32Array.from({ length: height * width }, (_, i) => maps[i * channels + channel]!);

/** Root mean square over the channels at each position. */
export const strengthOf = (maps: Float32Array, [height, width, channels]: MapShape): Float32Array =>
  Float32Array.from({ length: height * width }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += maps[i * channels + c]! ** 2;
    return Math.sqrt(sum / channels);
  });

export const largestOf = (values: Float32Array): number => values.reduce((a, b) => (b > a ? b : a), 0);

/** The channel with the largest sum. */
export function strongestChannel(maps: Float32Array, [, , channels]: MapShape): number {
  const sums = new Float64Array(channels);
  maps.forEach((value, i) => {
    sums[i % channels]! += value;
  });
  return sums.indexOf(Math.max(...sums));
}
