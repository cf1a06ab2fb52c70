import { createHash } from 'node:crypto';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf, WhyconvError } from '../base/errors.js';
import { formatCount } from '../base/format.js';
import { IMAGE_BYTES } from './dataset.js';
import { BATCH_NAMES, type BatchLayout, GET_OFFICIAL, missingBatch, RECORD_BYTES } from './layout.js';
import { PickleError, readPickle } from './pickle.js';
import { Uint8Matrix } from './pickle-machine.js';
import { readRefusal } from './refusals.js';

/** The records of one batch of the Python version, in the binary version's layout. */
export interface PythonBatch {
  /** Label and planes R, G, B of each image: `RECORD_BYTES` per image. */
  readonly records: Uint8Array;
  /** MD5 (hex) of the file: the authors' own per-file checksum, as torchvision lists it. */
  readonly md5: string;
}

/** Bytes of a pickle above those of its images: label, file name and their instructions for each, and a frame around all. */
const OVERHEAD = { perRecord: 256, frame: 4096 };

/** The largest file that can be a batch. */
export function pythonBatchLimit({ recordsPerBatch }: BatchLayout): number {
  return recordsPerBatch * (RECORD_BYTES + OVERHEAD.perRecord) + OVERHEAD.frame;
}

/**
 * Reads one batch of the Python version: a pickled dictionary with `data` (uint8, [records, 3072], planes R, G, B) and
 * `labels` (0 to 9), which holds the same images in the same order as the binary version.
 * @param where how errors name the file
 */
export async function readPythonBatch(
  path: string,
  where: string,
  layout: BatchLayout,
): Promise<PythonBatch> {
  const bytes = await readLimited(path, where, layout);
  const records = toRecords(bytes, where, layout);
  return { records, md5: createHash('md5').update(bytes).digest('hex') };
}

/**
 * Replaces the six batches of the Python version in a folder by those of the binary version.
 * @param nameOf how errors name a file of the folder
 * @returns the MD5s of the batches in canonical order
 */
export async function convertBatches(
  folder: string,
  nameOf: (file: string) => string,
  layout: BatchLayout,
): Promise<string[]> {
  const md5s: string[] = [];
  for (const [i, name] of BATCH_NAMES.python.entries()) {
    const path = join(folder, name);
    const { records, md5 } = await readPythonBatch(path, nameOf(name), layout);
    await writeFile(join(folder, BATCH_NAMES.binary[i]!), records);
    await rm(path);
    md5s.push(md5);
  }
  return md5s;
}

async function readLimited(path: string, where: string, layout: BatchLayout): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > pythonBatchLimit(layout)) throw damaged(where, `${formatCount(size)} bytes`, layout);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? missingBatch(where, 'python', error) : readRefusal(error, where);
  }
}

function toRecords(bytes: Buffer, where: string, layout: BatchLayout): Uint8Array {
  const { recordsPerBatch } = layout;
  const { data, labels } = dictionaryOf(bytes, where, layout);
  if (!(data instanceof Uint8Matrix) || data.shape.join() !== `${recordsPerBatch},${IMAGE_BYTES}`) {
    const shape = data instanceof Uint8Matrix ? `an array of shape [${data.shape.join(', ')}]` : 'no array';
    throw damaged(where, `${shape} as "data"`, layout);
  }
  if (!Array.isArray(labels) || labels.length !== recordsPerBatch || !labels.every(isByte))
    throw damaged(where, `no list of ${formatCount(recordsPerBatch)} small numbers as "labels"`, layout);
  const records = new Uint8Array(recordsPerBatch * RECORD_BYTES);
  for (const [i, label] of labels.entries()) {
    records[i * RECORD_BYTES] = label as number;
    const pixels = data.values.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    records.set(pixels, i * RECORD_BYTES + 1);
  }
  return records;
}

const isByte = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;

function dictionaryOf(bytes: Buffer, where: string, layout: BatchLayout) {
  try {
    const dictionary = readPickle(bytes);
    return { data: dictionary.get('data'), labels: dictionary.get('labels') };
  } catch (error) {
    if (error instanceof PickleError) throw damaged(where, messageOf(error), layout, error);
    throw error;
  }
}

function damaged(
  where: string,
  found: string,
  { recordsPerBatch }: BatchLayout,
  cause?: unknown,
): WhyconvError {
  return new WhyconvError(
    {
      what: "the file is not a batch of CIFAR-10's Python version",
      where,
      found,
      expected: `a pickled dictionary with "data", uint8 [${recordsPerBatch}, ${IMAGE_BYTES}], and "labels"`,
      remedy: GET_OFFICIAL,
    },
    { cause },
  );
}
