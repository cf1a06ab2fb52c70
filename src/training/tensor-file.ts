import { open, readFile } from 'node:fs/promises';
import { codeOf, messageOf, WhyconvError } from '../base/errors.js';
import { writeFileAtomic } from '../base/files.js';

/** Float32 tensors by name, with text next to them. */
export interface TensorFile {
  /** Shape and row-major values of each tensor. */
  readonly tensors: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
  >;
  /** Strings by name, such as the key of the run. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes; the format's own limit (safetensors, "Format"). */
const LONGEST_HEADER = 100_000_000;

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [start: number, end: number];
}

/**
 * Writes tensors in the safetensors format (https://github.com/huggingface/safetensors): header length as u64, JSON
 * header, then little-endian values; readable from Python in one line. Whole or not at all.
 *
 * @example
 * ```ts
 * import { readTensorFile, writeTensorFile } from 'whyconv';
 *
 * const bias = { shape: [2], values: Float32Array.of(1, 2) };
 * await writeTensorFile('mine.safetensors', { tensors: { bias }, metadata: { model: 'mine' } });
 * (await readTensorFile('mine.safetensors')).tensors.bias!.values; // => [1, 2]
 * ```
 */
export async function writeTensorFile(path: string, { tensors, metadata }: TensorFile): Promise<void> {
  const header: Record<string, HeaderEntry | Record<string, string>> = { __metadata__: { ...metadata } };
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const end = offset + values.byteLength;
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, end] };
    offset = end;
  }
  const text = JSON.stringify(header);
  // The format aligns data to 8 bytes by spaces after the header.
  const json = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const data = Object.values(tensors).map(({ values }) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  await writeFileAtomic(path, Buffer.concat([length, json, ...data]));
}

/** The text next to the tensors alone, without reading those. */
export async function readTensorMetadata(path: string): Promise<TensorFile['metadata']> {
  const file = await open(path);
  try {
    const length = Buffer.alloc(8);
    await file.read(length, 0, 8, 0);
    const header = Buffer.alloc(Math.min(Number(length.readBigUInt64LE(0)), LONGEST_HEADER));
    await file.read(header, 0, header.length, 8);
    return (
      (JSON.parse(header.toString('utf8')) as { __metadata__?: Record<string, string> }).__metadata__ ?? {}
    );
  } finally {
    await file.close();
  }
}

/**
 * Reads what {@link writeTensorFile} wrote.
 *
 * @throws WhyconvError for a file that cannot be read, is cut off or in another format
 * @example
 * ```ts
 * import { readTensorFile, writeTensorFile } from 'whyconv';
 *
 * await writeTensorFile('empty.safetensors', { tensors: {}, metadata: { model: 'none' } });
 * (await readTensorFile('empty.safetensors')).metadata; // => { model: 'none' }
 * ```
 */
export async function readTensorFile(path: string): Promise<TensorFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const found = codeOf(cause) ?? messageOf(cause);
    const what = 'this file of tensors cannot be read';
    throw new WhyconvError({ what, where: path, found, expected: 'a safetensors file' }, { cause });
  });
  try {
    return decode(bytes);
  } catch (cause) {
    const what = 'not a whole safetensors file';
    throw new WhyconvError({ what, where: path, remedy: 'delete it: what it held is made again' }, { cause });
  }
}

function decode(bytes: Buffer): TensorFile {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, HeaderEntry>;
  const { __metadata__: metadata = {}, ...entries } = header as typeof header & { __metadata__?: unknown };
  if (!isText(metadata)) throw new Error('the metadata are not strings by name');
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const [from, to] = entry.data_offsets;
    const size = entry.shape.reduce((product, side) => product * side, 4);
    if (entry.dtype !== 'F32' || from < 0 || to - from !== size || start + to > bytes.length)
      throw new Error(`tensor ${name} does not fit`);
    // A copy, since the values must start at a multiple of four bytes.
    const values = new Float32Array(Uint8Array.from(bytes.subarray(start + from, start + to)).buffer);
    return [name, { shape: entry.shape, values }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

const isText = (value: unknown): value is TensorFile['metadata'] =>
  value !== null &&
  typeof value === 'object' &&
  Object.values(value).every((each) => typeof each === 'string');
