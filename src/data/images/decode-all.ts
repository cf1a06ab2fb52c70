import { messageOf } from '../../base/errors.js';
import { formatCount } from '../../base/format.js';
import type { StreamOptions } from '../archive.js';
import { IMAGE_BYTES, IMAGE_PIXELS } from '../dataset.js';
import { RECORD_BYTES } from '../layout.js';
import type { DecodeImage } from './decode-image.js';
import type { ImageFile } from './list-images.js';

/** A file that could not be read as an image, and why. */
export interface BrokenFile {
  readonly name: string;
  readonly reason: string;
}

export interface DecodedImages {
  /** Label and planes R, G, B of each image that could be read: the layout of CIFAR-10's binary version. */
  readonly records: Uint8Array;
  /** Label of each record. */
  readonly labels: Uint8Array;
  readonly broken: readonly BrokenFile[];
}

/** Files decoded at a time: enough for the library's threads. */
const AT_ONCE = 16;

/** Decodes image files in their order. A broken file is noted and left out. */
export async function decodeAll(
  files: readonly ImageFile[],
  decode: DecodeImage,
  { signal, onProgress }: StreamOptions,
): Promise<DecodedImages> {
  const records = new Uint8Array(files.length * RECORD_BYTES);
  const broken: BrokenFile[] = [];
  let count = 0;
  for (let start = 0; start < files.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    const group = files.slice(start, start + AT_ONCE);
    const decoded = await Promise.allSettled(group.map(({ path }) => decode(path)));
    for (const [i, result] of decoded.entries()) {
      const { name, label } = group[i]!;
      if (result.status === 'rejected') broken.push({ name, reason: firstLine(result.reason) });
      else writeRecord(records.subarray(RECORD_BYTES * count++), label, result.value);
    }
    const done = start + group.length;
    const detail = `${formatCount(done)} of ${formatCount(files.length)}`;
    onProgress?.({ task: 'read images', fraction: done / files.length, detail });
  }
  const kept = records.subarray(0, count * RECORD_BYTES);
  return {
    records: kept,
    labels: Uint8Array.from({ length: count }, (_, i) => kept[i * RECORD_BYTES]!),
    broken,
  };
}

/** Writes at the beginning of `record`; channels last become planes. */
function writeRecord(record: Uint8Array, label: number, pixels: Uint8Array): void {
  record[0] = label;
  for (let i = 0; i < IMAGE_BYTES; i++) record[1 + (i % 3) * IMAGE_PIXELS + Math.floor(i / 3)] = pixels[i]!;
}

const firstLine = (error: unknown): string => messageOf(error).split('\n')[0]!;
