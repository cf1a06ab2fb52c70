import { IMAGE_BYTES, IMAGE_SIDE } from '../../data/index.js';
import { PIXEL_SCALE } from '../../training/index.js';
import { badRequest } from '../refusal.js';

/** What a network is asked about. */
export interface Images {
  /** [count, 32, 32, 3], row-major, channels R, G, B last, 0 to 1. */
  readonly pixels: Float32Array;
  readonly count: number;
}

/** The shape of one image, as messages show it. */
export const IMAGE_SHAPE = `[${IMAGE_SIDE}, ${IMAGE_SIDE}, 3]`;

/** Images in one request: what 6 MB of bytes hold. Counted before memory is taken for them. */
const MAX_IMAGES = 2048;

/** @throws Refusal (400) for more images than one request may ask about */
export function requireFew(count: number, where: string, most = MAX_IMAGES): void {
  if (count > most) throw badRequest(`${where}: found ${count} images, expected at most ${most} per request`);
}

/** Bytes become pixels as in training: a product in float32. */
export function imagesOfBytes(bytes: Uint8Array): Images {
  const scale = Math.fround(PIXEL_SCALE);
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i]! * scale;
  return { pixels, count: bytes.length / IMAGE_BYTES };
}

/**
 * Images from numbers that should be pixels.
 *
 * @throws Refusal (400) for a number outside 0 to 1, which is what bytes that were not divided look like
 */
export function imagesOfNumbers(pixels: Float32Array, where: string): Images {
  for (let i = 0; i < pixels.length; i++) if (!isPixel(pixels[i])) throw notPixel(pixels[i], where);
  return { pixels, count: pixels.length / IMAGE_BYTES };
}

/** Several sets of images as one, in their order. */
export function joined(parts: readonly Images[]): Images {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const pixels = new Float32Array(parts.reduce((sum, part) => sum + part.pixels.length, 0));
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, at);
    at += part.pixels.length;
  }
  return { pixels, count: pixels.length / IMAGE_BYTES };
}

export const isPixel = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= 1;

export function notPixel(value: unknown, where: string): Error {
  const found = typeof value === 'number' ? String(value) : JSON.stringify(value)?.slice(0, 40);
  return badRequest(
    `${where}: found ${found}, expected numbers from 0 to 1 (a byte of a pixel divided by 255)`,
  );
}
