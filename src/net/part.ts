import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const noteSchema = z.object({ url: z.string(), validator: z.string().optional() });

/** An unfinished download: `<target>.part`, and next to it the note that says which file it is a part of. */
export class Part {
  readonly path: string;
  readonly #note: string;

  constructor(target: string) {
    this.path = `${target}.part`;
    this.#note = `${this.path}.json`;
  }

  /** Bytes; 0 where there is no part. */
  async size(): Promise<number> {
    return (await stat(this.path).catch(() => ({ size: 0 }))).size;
  }

  /** Notes where the part comes from and what distinguishes that version of the file from others. */
  async note(url: string, validator: string | undefined): Promise<void> {
    await writeFile(this.#note, JSON.stringify({ url, validator }));
  }

  /** The noted validator, where the part comes from this URL. */
  async validatorFor(url: string): Promise<string | undefined> {
    try {
      const note = noteSchema.parse(JSON.parse(await readFile(this.#note, 'utf8')));
      return note.url === url ? note.validator : undefined;
    } catch {
      return undefined;
    }
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await this.forget();
  }

  /** Removes the note alone. */
  async forget(): Promise<void> {
    await rm(this.#note, { force: true });
  }
}

/** What distinguishes this version of a file from others: a strong ETag, otherwise the modification date (RFC 9110, 13.1.5). */
export function validatorOf(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const { etag } = headers;
  return etag && !etag.startsWith('W/') ? etag : headers['last-modified'];
}
