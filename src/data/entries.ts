import type { Headers } from 'tar-stream';
import { WhyconvError } from '../base/errors.js';
import { BATCH_FILES, type BatchLayout, CLASS_FILE, checkBatchSize, GET_OFFICIAL } from './layout.js';

/** Class names take 60 bytes; more than this is something else. */
const CLASS_FILE_LIMIT = 4096;

/**
 * Judges the entries of an archive one after the other. Files are written under their canonical names only, never
 * under a name from the archive, so no entry can climb out; one that tries to makes the whole archive suspect.
 */
export class EntryGate {
  readonly #archive: string;
  readonly #layout: BatchLayout;
  readonly #accepted = new Set<string>();
  readonly #seen: string[] = [];

  constructor(archive: string, layout: BatchLayout) {
    this.#archive = archive;
    this.#layout = layout;
  }

  /** The canonical name to write an entry under, or null for one that is not needed. Throws on a bad entry. */
  admit(header: Headers): string | null {
    const where = `${this.#archive} > ${printable(header.name)}`;
    if (header.type === 'directory') {
      refuseClimbing(header.name, where);
      return null;
    }
    refuseSpecial(header, where);
    refuseClimbing(header.name, where);
    if (this.#seen.length < 8) this.#seen.push(printable(header.name));
    const name = header.name.split('/').at(-1) ?? '';
    if (name !== CLASS_FILE && !BATCH_FILES.includes(name)) return null;
    this.#refuseSecond(name, where);
    if (name !== CLASS_FILE) checkBatchSize(header.size ?? 0, this.#layout, where);
    else if ((header.size ?? 0) > CLASS_FILE_LIMIT) throw tooLong(header.size ?? 0, where);
    this.#accepted.add(name);
    return name;
  }

  /** After the last entry: throws if a batch never came. */
  finish(): void {
    const missing = BATCH_FILES.filter((name) => !this.#accepted.has(name));
    if (missing.length === 0) return;
    const python = this.#seen.some((name) => name.includes('cifar-10-batches-py'));
    const found = this.#seen.length > 0 ? this.#seen.join(', ') : 'no files';
    throw new WhyconvError({
      what: python ? 'this is the Python version of CIFAR-10' : 'the archive lacks a batch',
      where: this.#archive,
      found: `${found}; missing: ${missing.join(', ')}`,
      expected: BATCH_FILES.join(', '),
      remedy: GET_OFFICIAL,
    });
  }

  #refuseSecond(name: string, where: string): void {
    if (!this.#accepted.has(name)) return;
    throw new WhyconvError({
      what: 'the archive holds the same file twice',
      where,
      found: `a second ${name}`,
      expected: 'each file once',
      remedy: GET_OFFICIAL,
    });
  }
}

function refuseSpecial(header: Headers, where: string): void {
  if (header.type === 'file' || header.type === 'contiguous-file') return;
  throw new WhyconvError({
    what: 'the archive holds something other than files and folders',
    where,
    found: `a ${header.type ?? 'nameless kind'}${header.linkname ? ` to ${printable(header.linkname)}` : ''}`,
    expected: 'plain files and folders',
    remedy: `do not trust this archive: ${GET_OFFICIAL}`,
  });
}

function refuseClimbing(name: string, where: string): void {
  const parts = name.split(/[/\\]/);
  if (!/^([/\\]|[a-z]:)/i.test(name) && !parts.includes('..')) return;
  throw new WhyconvError({
    what: 'the archive holds a path that climbs out of its folder',
    where,
    found: printable(name),
    expected: 'paths inside cifar-10-batches-bin/',
    remedy: `do not trust this archive: ${GET_OFFICIAL}`,
  });
}

function tooLong(bytes: number, where: string): WhyconvError {
  return new WhyconvError({
    what: 'the list of class names is too long',
    where,
    found: `${bytes} bytes`,
    expected: `at most ${CLASS_FILE_LIMIT} bytes`,
    remedy: GET_OFFICIAL,
  });
}

/** A name from an archive, safe to print: no control characters, not endless. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}
