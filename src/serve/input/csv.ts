import { IMAGE_BYTES } from '../../data/index.js';
import { badRequest } from '../refusal.js';
import { type Images, isPixel, notPixel, requireFew } from './images.js';

/**
 * Images of comma-separated values, without a header: a line per image, its 3,072 numbers from 0 to 1 row by row, channels last.
 *
 * @throws Refusal (400)
 */
export function imagesOfCsv(body: Uint8Array): Images {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw badRequest('csv: the body is empty, expected a line per image');
  requireFew(lines.length, 'csv');
  const pixels = new Float32Array(lines.length * IMAGE_BYTES);
  for (const [row, line] of lines.entries()) {
    const fields = line.split(',');
    const where = `csv: line ${row + 1}`;
    if (fields.length !== IMAGE_BYTES)
      throw badRequest(`${where}: found ${fields.length} values, expected ${IMAGE_BYTES} (32 x 32 x 3)`);
    for (const [i, field] of fields.entries()) {
      const value = field.trim() === '' ? Number.NaN : Number(field);
      if (!isPixel(value)) throw notPixel(field.slice(0, 40), where);
      pixels[row * IMAGE_BYTES + i] = value;
    }
  }
  return { pixels, count: lines.length };
}
