const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** A chunk that is whole, with its length, name and checksum: bytes `start` to `end` of the file. */
export interface PngChunk {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export const isPng = (bytes: Buffer): boolean => bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);

/** The chunks of a PNG file, up to the first that is cut off. */
export function* pngChunks(bytes: Buffer): Iterable<PngChunk> {
  for (let start = SIGNATURE.length; start + 12 <= bytes.length; ) {
    const end = start + 12 + bytes.readUInt32BE(start);
    if (end > bytes.length) return;
    yield { name: bytes.toString('latin1', start + 4, start + 8), start, end };
    start = end;
  }
}
