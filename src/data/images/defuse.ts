import { pictureKind } from './picture-kind.js';
import { pngChunks } from './png-chunks.js';

/** Chunks that unpack to up to 8 MB each, and do not change how pixels look. */
const PACKED_TEXT = new Set(['zTXt', 'iTXt']);

/** Passes over all coefficients of a JPEG: encoders make about ten, and the format allows thousands. */
const MOST_SCANS = 100;
/** Begins a scan (JPEG, B.1.1.3); inside its data 0xff is followed by other bytes. */
const START_OF_SCAN = Buffer.of(0xff, 0xda);

/**
 * A picture as the image library may safely have it, since a small file can cost much whatever its size in pixels: 400 KB of
 * packed text in a PNG were 1.5 GB unpacked, and the 2,600 scans of a JPEG of 250 KB took half a minute.
 *
 * @returns the file, a PNG without its packed text
 * @throws Error for a JPEG of too many scans
 */
export function defused(bytes: Buffer): Buffer {
  const kind = pictureKind(bytes);
  if (kind === 'jpeg') requireFewScans(bytes);
  return kind === 'png' ? withoutPackedText(bytes) : bytes;
}

function withoutPackedText(bytes: Buffer): Buffer {
  const text = [...pngChunks(bytes)].filter(({ name }) => PACKED_TEXT.has(name));
  if (text.length === 0) return bytes;
  const starts = [0, ...text.map(({ end }) => end)];
  return Buffer.concat(starts.map((start, i) => bytes.subarray(start, text[i]?.start)));
}

function requireFewScans(bytes: Buffer): void {
  let at = -1;
  for (let scans = 0; scans <= MOST_SCANS; scans++) {
    at = bytes.indexOf(START_OF_SCAN, at + 1);
    if (at < 0) return;
  }
  throw new Error(`a JPEG of more than ${MOST_SCANS} scans`);
}
