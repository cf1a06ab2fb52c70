import { readFile } from 'node:fs/promises';
import { messageOf, WhyconvError } from '../../base/errors.js';
import { IMAGE_BYTES, IMAGE_SIDE } from '../dataset.js';
import { defused } from './defuse.js';
import { plainPng } from './plain-png.js';

/** The part of sharp that is used; the package is optional, so its own types may be missing. */
interface Picture {
  autoOrient(): Picture;
  resize(width: number, height: number, options: { fit: 'cover'; position: 'centre' }): Picture;
  flatten(options: { background: string }): Picture;
  toColourspace(space: 'srgb'): Picture;
  raw(): Picture;
  toBuffer(): Promise<Buffer>;
}
interface Sharp {
  (file: Uint8Array, options?: { limitInputPixels?: number }): Picture;
  cache(enabled: boolean): unknown;
}

/** Reads an image file, by its path or as its bytes, as [32, 32, 3] bytes, channels last. */
export type DecodeImage = (file: string | Uint8Array) => Promise<Uint8Array>;

/**
 * Loads the image library. The decoder turns an image upright, scales its shorter side to 32 pixels, cuts the middle out, and
 * puts what is transparent on white; gray and CMYK become RGB. It rejects for a file that is broken or not an image.
 *
 * @param options.maxPixels larger images are refused by their header, before their pixels are decoded. @default sharp's own
 * limit, 268 million
 * @throws WhyconvError where the optional package is missing
 */
export function loadDecoder({ maxPixels }: { readonly maxPixels?: number } = {}): DecodeImage {
  const sharp = requireSharp();
  // No file is decoded twice: kept operations would only hold memory.
  sharp.cache(false);
  return async (file) => {
    const bytes = typeof file === 'string' ? await readFile(file) : file;
    const plain = plainPng(bytes);
    if (plain) return plain;
    const safe = defused(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    const pixels = await sharp(safe, maxPixels === undefined ? {} : { limitInputPixels: maxPixels })
      .autoOrient()
      .resize(IMAGE_SIDE, IMAGE_SIDE, { fit: 'cover', position: 'centre' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    if (pixels.length !== IMAGE_BYTES) throw new Error(`${pixels.length} bytes in place of ${IMAGE_BYTES}`);
    return pixels;
  };
}

function requireSharp(): Sharp {
  try {
    return require('sharp') as Sharp;
  } catch (error) {
    throw new WhyconvError(
      {
        what: 'reading images needs the package sharp, which is not installed or does not fit this system',
        found: messageOf(error).split('\n')[0]!,
        remedy: 'npm ci --include=optional installs it; CIFAR-10 itself needs no such package',
      },
      { cause: error },
    );
  }
}
