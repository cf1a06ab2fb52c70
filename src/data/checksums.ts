import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';

/** Checksums (hex) and size of an archive file as it was read. */
export interface ArchiveChecksums {
  readonly bytes: number;
  readonly sha256: string;
  readonly md5: string;
}

/** SHA-256 (hex) of a file. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  return hashFile(path, 'sha256', signal);
}

/** MD5 (hex) of a file: for the checksum its authors publish, not for security. */
export async function md5OfFile(path: string, signal?: AbortSignal): Promise<string> {
  return hashFile(path, 'md5', signal);
}

async function hashFile(path: string, algorithm: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm);
  const source = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
  for await (const chunk of source as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** Passes bytes on, counting and hashing them. */
export class Tally extends Transform {
  readonly #sha256 = createHash('sha256');
  readonly #md5 = createHash('md5');
  readonly #onBytes: (bytes: number) => void;
  #bytes = 0;

  constructor(onBytes: (bytes: number) => void) {
    super();
    this.#onBytes = onBytes;
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    this.#bytes += chunk.length;
    this.#sha256.update(chunk);
    this.#md5.update(chunk);
    this.#onBytes(this.#bytes);
    done(null, chunk);
  }

  checksums(): ArchiveChecksums {
    return { bytes: this.#bytes, sha256: this.#sha256.digest('hex'), md5: this.#md5.digest('hex') };
  }
}
