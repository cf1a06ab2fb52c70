import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** Checksums (hex) and size of an archive file as it was read. */
export interface ArchiveChecksums {
  readonly bytes: number;
  readonly sha256: string;
  readonly md5: string;
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
