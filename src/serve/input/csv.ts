import { IMAGE_BYTES } from '../../data/index.js';
import { badRequest } from '../refusal.js';
import { type Images, isPixel, joined, notPixel, requireFew } from './images.js';
import { linesOf } from './lines.js';

/** Characters of a line, at most: 30 for each number and its comma. */
const LONGEST_LINE = 30 * IMAGE_BYTES;

/**
 * Images of comma-separated values, without a header: a line per image, its 3,072 numbers from 0 to 1 row by row, channels last.
 *
 * @throws Refusal (400)
 */
export function imagesOfCsv(body: Uint8Array): Images {
  const images: Images[] = [];
  for (const line of linesOf(body))
    requireFew(images.push(imageOf(line, `csv: line ${images.length + 1}`)), 'csv');
  if (images.length === 0) throw badRequest('csv: the body is empty, expected a line per image');
  return joined(images);
}

function imageOf(line: Uint8Array, where: string): Images {
  if (line.length > LONGEST_LINE)
    throw badRequest(`${where}: found ${line.length} characters, expected at most ${LONGEST_LINE}`);
  const fields = Buffer.from(line.buffer, line.byteOffset, line.length).toString('latin1').split(',');
  if (fields.length !== IMAGE_BYTES)
    throw badRequest(`${where}: found ${fields.length} values, expected ${IMAGE_BYTES} (32 x 32 x 3)`);
  const pixels = new Float32Array(IMAGE_BYTES);
  for (const [i, field] of fields.entries()) {
    const value = field.trim() === '' ? Number.NaN : Number(field);
    if (!isPixel(value)) throw notPixel(field.slice(0, 40), where);
    pixels[i] = value;
  }
  return { pixels, count: 1 };
}
