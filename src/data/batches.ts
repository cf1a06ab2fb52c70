import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, WhyconvError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import { CLASS_COUNT, IMAGE_BYTES, IMAGE_PIXELS, type ImageSet } from './dataset.js';
import {
  BATCH_FILES,
  BATCH_NAMES,
  type BatchLayout,
  CIFAR10_CLASSES,
  CLASS_FILE,
  checkBatchSize,
  formatCount,
  GET_OFFICIAL,
  missingBatch,
  parseClassNames,
  RECORD_BYTES,
  TEST_FILE,
  TRAIN_FILES,
  type Version,
} from './layout.js';
import { readPythonBatch } from './python-version.js';
import { readRefusal } from './refusals.js';

/** What six batch files hold. */
export interface BatchContent {
  readonly classes: readonly string[];
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** SHA-256 (hex) of the six files of the binary version in canonical order. */
  readonly fingerprint: string;
  /** MD5 (hex) of the six files that were read, in canonical order; of the Python version alone. */
  readonly md5s?: readonly string[];
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** How errors name a file of the folder; its path unless given. */
  readonly nameOf?: (file: string) => string;
}

/** Records read at a time: 3 MB, so that the images themselves are all that memory holds. */
const CHUNK_RECORDS = 1000;

/** The six batch files of a folder as images with channels last; refused whole if one byte of structure is wrong. */
export async function readBatches(
  folder: string,
  layout: BatchLayout,
  options: ReadOptions = {},
  version: Version = 'binary',
): Promise<BatchContent> {
  const nameOf = options.nameOf ?? ((file) => join(folder, file));
  const classes = await readClassNames(folder, nameOf(CLASS_FILE));
  const train = emptySet(TRAIN_FILES.length * layout.recordsPerBatch);
  const test = emptySet(layout.recordsPerBatch);
  const hash = createHash('sha256');
  const md5s: string[] = [];
  for (const [i, name] of BATCH_NAMES[version].entries()) {
    const isTest = BATCH_FILES[i] === TEST_FILE;
    const into = isTest ? { set: test, at: 0 } : { set: train, at: i * layout.recordsPerBatch };
    const { signal } = options;
    const request = { path: join(folder, name), where: nameOf(name), layout, hash, into, signal };
    if (version === 'binary') await readBatch(request);
    else md5s.push(await readPickledBatch(request));
    options.onProgress?.({ task: 'read', fraction: (i + 1) / BATCH_FILES.length, detail: name });
  }
  const content = { classes, train, test, fingerprint: hash.digest('hex') };
  return version === 'binary' ? content : { ...content, md5s };
}

/** Puts records of a label and three planes into a set from image `at` on; returns the bad record's index, or -1. */
export function decodeRecords(records: Uint8Array, set: ImageSet, at: number): number {
  const { images, labels } = set;
  const count = records.length / RECORD_BYTES;
  for (let i = 0; i < count; i++) {
    const start = i * RECORD_BYTES;
    const label = records[start]!;
    if (label >= CLASS_COUNT) return i;
    labels[at + i] = label;
    let out = (at + i) * IMAGE_BYTES;
    for (let red = start + 1; red <= start + IMAGE_PIXELS; red++) {
      images[out++] = records[red]!;
      images[out++] = records[red + IMAGE_PIXELS]!;
      images[out++] = records[red + 2 * IMAGE_PIXELS]!;
    }
  }
  return -1;
}

interface BatchRequest {
  readonly path: string;
  readonly where: string;
  readonly layout: BatchLayout;
  readonly hash: Hash;
  readonly into: { readonly set: ImageSet; readonly at: number };
  readonly signal: AbortSignal | undefined;
}

async function readBatch({ path, where, layout, hash, into, signal }: BatchRequest): Promise<void> {
  const file = await openBatch(path, where);
  try {
    checkBatchSize((await file.stat()).size, layout, where);
    const chunk = new Uint8Array(Math.min(CHUNK_RECORDS, layout.recordsPerBatch) * RECORD_BYTES);
    for (let record = 0; record < layout.recordsPerBatch; record += CHUNK_RECORDS) {
      signal?.throwIfAborted();
      const records = chunk.subarray(
        0,
        Math.min(CHUNK_RECORDS, layout.recordsPerBatch - record) * RECORD_BYTES,
      );
      await fill(file, records, layout, where);
      hash.update(records);
      const bad = decodeRecords(records, into.set, into.at + record);
      if (bad >= 0) throw badLabel(records[bad * RECORD_BYTES]!, record + bad, where);
    }
  } catch (error) {
    throw readRefusal(error, where);
  } finally {
    await file.close();
  }
}

/** Reads a batch of the Python version as if it were one of the binary version; returns the file's MD5. */
async function readPickledBatch({ path, where, layout, hash, into, signal }: BatchRequest): Promise<string> {
  signal?.throwIfAborted();
  const { records, md5 } = await readPythonBatch(path, where, layout);
  hash.update(records);
  const bad = decodeRecords(records, into.set, into.at);
  if (bad >= 0) throw badLabel(records[bad * RECORD_BYTES]!, bad, where);
  return md5;
}

async function fill(file: FileHandle, bytes: Uint8Array, layout: BatchLayout, where: string): Promise<void> {
  for (let got = 0; got < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, got, bytes.length - got);
    // The file shrank since its size was taken.
    if (bytesRead === 0) checkBatchSize((await file.stat()).size, layout, where);
    if (bytesRead === 0)
      throw new WhyconvError({ what: 'the file ended early', where, remedy: GET_OFFICIAL });
    got += bytesRead;
  }
}

async function openBatch(path: string, where: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw readRefusal(error, where);
    throw missingBatch(where, 'binary', error);
  }
}

async function readClassNames(folder: string, where: string): Promise<readonly string[]> {
  try {
    return parseClassNames(await readFile(join(folder, CLASS_FILE), 'utf8'), where);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return CIFAR10_CLASSES;
    throw readRefusal(error, where);
  }
}

function emptySet(count: number): ImageSet {
  return { images: new Uint8Array(count * IMAGE_BYTES), labels: new Uint8Array(count), count };
}

function badLabel(label: number, record: number, where: string): WhyconvError {
  return new WhyconvError({
    what: 'a label is out of range',
    where,
    found: `label ${label} in record ${formatCount(record)} (byte ${formatCount(record * RECORD_BYTES)})`,
    expected: 'labels 0 to 9',
    remedy: `the file is damaged or is no CIFAR-10 batch: ${GET_OFFICIAL}`,
  });
}
