import type { Headers } from 'tar-stream';
import { WhyconvError } from '../base/errors.js';
import { formatCount } from '../base/format.js';
import {
  BATCH_NAMES,
  type BatchLayout,
  CLASS_FILE,
  checkBatchSize,
  GET_OFFICIAL,
  type Version,
} from './layout.js';
import { pythonBatchLimit } from './python-version.js';

/** Class names take 60 bytes; more than this is something else. */
const CLASS_FILE_LIMIT = 4096;

/** A name that an entry is written under, and the version of CIFAR-10 that it belongs to. */
const KNOWN: ReadonlyMap<string, Version> = new Map([
  [CLASS_FILE, 'binary'],
  ...BATCH_NAMES.binary.map((name) => [name, 'binary'] as const),
  ...BATCH_NAMES.python.map((name) => [name, 'python'] as const),
]);

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
    const version = KNOWN.get(name);
    if (version === undefined) return null;
    this.#refuseSecond(name, where);
    this.#refuseSize(name, version, header.size ?? 0, where);
    this.#accepted.add(name);
    return name;
  }

  /** After the last entry: which version the archive holds whole. Throws if a batch never came. */
  finish(): Version {
    const missing = (version: Version) => BATCH_NAMES[version].filter((name) => !this.#accepted.has(name));
    const whole = (['binary', 'python'] as const).find((version) => missing(version).length === 0);
    if (whole) return whole;
    const version = BATCH_NAMES.python.some((name) => this.#accepted.has(name)) ? 'python' : 'binary';
    const lacking =
      version === 'python'
        ? 'the archive (of the Python version) lacks a batch'
        : 'the archive lacks a batch';
    const found = this.#seen.length > 0 ? this.#seen.join(', ') : 'no files';
    throw new WhyconvError({
      what: isCifar100(this.#seen) ? 'this is CIFAR-100, not CIFAR-10' : lacking,
      where: this.#archive,
      found: `${found}; missing: ${missing(version).join(', ')}`,
      expected: BATCH_NAMES[version].join(', '),
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

  #refuseSize(name: string, version: Version, bytes: number, where: string): void {
    if (name === CLASS_FILE)
      requireAtMost(CLASS_FILE_LIMIT, bytes, 'the list of class names is too long', where);
    else if (version === 'binary') checkBatchSize(bytes, this.#layout, where);
    else requireAtMost(pythonBatchLimit(this.#layout), bytes, 'a batch is too large', where);
  }
}

/** By the folder that its archives hold. */
export const isCifar100 = (names: readonly string[]): boolean =>
  names.some((name) => /cifar-?100/i.test(name));

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

function requireAtMost(limit: number, bytes: number, what: string, where: string): void {
  if (bytes <= limit) return;
  const expected = `at most ${formatCount(limit)} bytes`;
  throw new WhyconvError({
    what,
    where,
    found: `${formatCount(bytes)} bytes`,
    expected,
    remedy: GET_OFFICIAL,
  });
}

/** A name from an archive, safe to print: no control characters, not endless. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}
