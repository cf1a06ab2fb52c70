import { IMAGE_BYTES } from '../../data/index.js';
import { badRequest } from '../refusal.js';
import { type Images, joined, requireFew } from './images.js';
import { parseJson, writeImage } from './json.js';
import { linesOf } from './lines.js';
import type { ReadPicture } from './picture.js';

/** Image files in one request: each may take a tenth of a second to decode. */
const MAX_PICTURES = 16;

/**
 * Images of a list as TensorFlow Serving and SageMaker send it: each an array [32][32][3] or of 3,072 numbers from 0 to 1, the
 * same under the name of the input (`{"images": [...]}`), or an image file (`{"b64": "..."}`).
 *
 * @throws Refusal (400) that names the entry
 */
export async function imagesOfInstances(
  list: readonly unknown[],
  what: string,
  read: ReadPicture,
): Promise<Images> {
  requireFew(list.length, what);
  if (list.every(Array.isArray)) return arrays(list, what);
  requireFew(list.length, what, MAX_PICTURES);
  const parts: Images[] = [];
  for (const [i, instance] of list.entries()) parts.push(await imageOf(instance, `${what}[${i}]`, read));
  return joined(parts);
}

/**
 * JSON Lines: "Each Line is a Valid JSON Value" (jsonlines.org), here an instance.
 *
 * @throws Refusal (400)
 */
export async function imagesOfJsonLines(body: Uint8Array, read: ReadPicture): Promise<Images> {
  const list: unknown[] = [];
  for (const line of linesOf(body)) {
    requireFew(list.push(parseJson(line, `line ${list.length + 1}`)), 'jsonlines');
  }
  if (list.length === 0) throw badRequest('jsonlines: the body is empty, expected a line per image');
  return imagesOfInstances(list, 'lines', read);
}

function arrays(list: readonly unknown[], what: string): Images {
  const pixels = new Float32Array(list.length * IMAGE_BYTES);
  for (const [i, image] of list.entries()) writeImage(image, pixels, i * IMAGE_BYTES, `${what}[${i}]`);
  return { pixels, count: list.length };
}

async function imageOf(instance: unknown, where: string, read: ReadPicture): Promise<Images> {
  if (Array.isArray(instance)) return arrays([instance], where);
  const fields =
    instance !== null && typeof instance === 'object' ? (instance as Record<string, unknown>) : {};
  const inner = fields.images ?? fields.image ?? instance;
  if (Array.isArray(inner)) return arrays([inner], where);
  const { b64 } = inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>) : {};
  if (typeof b64 !== 'string')
    throw badRequest(`${where}: expected an array of pixels, {"images": [...]} or {"b64": "..."}`);
  return read(Buffer.from(b64, 'base64'), where);
}
