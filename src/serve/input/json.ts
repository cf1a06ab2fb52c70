import { messageOf } from '../../base/errors.js';
import { IMAGE_BYTES, IMAGE_CHANNELS, IMAGE_SIDE } from '../../data/index.js';
import { badRequest, shown } from '../refusal.js';
import { IMAGE_SHAPE, isPixel, notPixel } from './images.js';

/** Levels that the deepest request of any dialect has: object, inputs, input, data, batch, rows, columns. */
const MAX_DEPTH = 8;

/**
 * JSON as it was sent. Nesting is counted first: millions of brackets would become millions of objects.
 *
 * @throws Refusal (400)
 */
export function parseJson(body: Uint8Array, what = 'the body'): unknown {
  if (body.length === 0) throw badRequest(`${what} is empty, expected JSON`);
  if (depthOf(body) > MAX_DEPTH) throw badRequest(`${what} is nested deeper than ${MAX_DEPTH} levels`);
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`${what} is not JSON: ${messageOf(error).slice(0, 120)}`);
  }
}

/** An object of JSON. @throws Refusal (400) */
export function requireObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badRequest(`${what}: found ${shown(value)}, expected an object`);
}

/** A list that is not empty. @throws Refusal (400) */
export function requireList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw badRequest(`${what}: found ${shown(value)}, expected a list with at least one entry`);
}

/**
 * Writes the image that nested arrays [32][32][3], or a flat one of 3,072, hold into `pixels` from `at` on.
 *
 * @throws Refusal (400) for another shape, or for what is not a number from 0 to 1
 */
export function writeImage(value: unknown, pixels: Float32Array, at: number, where: string): void {
  if (!Array.isArray(value)) throw wrongShape(value, where);
  if (value.length === IMAGE_BYTES) {
    writeNumbers(value, pixels, at, where);
    return;
  }
  const rows = arrayOf(value, IMAGE_SIDE, where);
  for (let y = 0; y < IMAGE_SIDE; y++) {
    const columns = arrayOf(rows[y], IMAGE_SIDE, `${where}[${y}]`);
    for (let x = 0; x < IMAGE_SIDE; x++) {
      const channels = arrayOf(columns[x], IMAGE_CHANNELS, `${where}[${y}][${x}]`);
      writeNumbers(channels, pixels, at + (y * IMAGE_SIDE + x) * IMAGE_CHANNELS, where);
    }
  }
}

function writeNumbers(values: readonly unknown[], pixels: Float32Array, at: number, where: string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!isPixel(value)) throw notPixel(value, where);
    pixels[at + i] = value;
  }
}

function arrayOf(value: unknown, length: number, where: string): readonly unknown[] {
  if (Array.isArray(value) && value.length === length) return value;
  throw wrongShape(value, where, length);
}

function wrongShape(value: unknown, where: string, length?: number): Error {
  const inside = length === undefined ? '' : `an array of ${length} in `;
  return badRequest(
    `${where}: found ${shown(value)}, expected ${inside}an image of shape ${IMAGE_SHAPE} or ${IMAGE_BYTES} numbers`,
  );
}

const [QUOTE, BACKSLASH, OPEN, CLOSE] = ['"', '\\', '[', ']'].map((c) => c.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];
/** '{' and '}' are '[' and ']' with this bit set. */
const BRACE = 0x20;

/** Levels of brackets and braces outside of strings. */
function depthOf(body: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if ((byte & ~BRACE) === OPEN) deepest = Math.max(deepest, ++depth);
    else if ((byte & ~BRACE) === CLOSE) depth--;
  }
  return deepest;
}
