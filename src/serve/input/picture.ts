import { messageOf } from '../../base/errors.js';
import { type DecodeImage, loadDecoder, pictureKind } from '../../data/index.js';
import { badRequest } from '../refusal.js';
import { type Images, imagesOfBytes } from './images.js';

/** Turns the bytes of an image file into what the network sees. @throws Refusal (400) for what is not a whole image */
export type ReadPicture = (file: Uint8Array, where?: string) => Promise<Images>;

/** A photograph of 24 megapixels passes; what unpacks to more is refused by its header. */
const MAX_PIXELS = 25_000_000;

/**
 * Reads PNG, JPEG and WebP of any size up to {@link MAX_PIXELS}, as its middle square at 32 x 32. What else the image library
 * knows is no picture of a fixed size: a drawing (SVG) of some bytes may name other files, and take any time.
 */
export function pictureReader(decode: DecodeImage = loadDecoder({ maxPixels: MAX_PIXELS })): ReadPicture {
  return async (file, where = 'the body') => {
    if (file.length === 0) throw badRequest(`${where} is empty, expected an image file`);
    try {
      if (!pictureKind(file)) throw new Error('it is of no kind that is known');
      return imagesOfBytes(await decode(file));
    } catch (error) {
      throw badRequest(
        `${where} cannot be read as an image: ${messageOf(error).split('\n')[0]!.slice(0, 160)}; expected a whole PNG, JPEG or WebP file of at most ${MAX_PIXELS / 1e6} megapixels`,
      );
    }
  };
}
