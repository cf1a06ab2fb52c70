import { isPng } from './png-chunks.js';

/** The kinds of pictures that are asked for; the image library knows more. */
export type PictureKind = 'png' | 'jpeg' | 'webp';

/** The kind of a picture by its first bytes; undefined for any other file. */
export function pictureKind(file: Uint8Array): PictureKind | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (isPng(bytes)) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
  const [riff, webp] = [bytes.toString('latin1', 0, 4), bytes.toString('latin1', 8, 12)];
  return riff === 'RIFF' && webp === 'WEBP' ? 'webp' : undefined;
}
