import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BatchLayout, RECORD_BYTES } from '../../src/data/layout.js';
import { smallLayout, type TarEntry } from './fixtures.js';

const u16 = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const ascii = (text: string) => Buffer.from(text, 'latin1');
const shortString = (text: string) => Buffer.concat([ascii('U'), Buffer.of(text.length), ascii(text)]);

/** Numbers values as Python 2's cPickle does: each is remembered under the next index. */
function memo() {
  let next = 0;
  return () => {
    next++;
    return next < 256 ? Buffer.from([0x71, next]) : Buffer.concat([ascii('r'), u32(next)]);
  };
}

function integer(value: number): Buffer {
  return value < 256 ? Buffer.from([0x4b, value]) : Buffer.concat([ascii('M'), u16(value)]);
}

/** A list as cPickle writes it: in groups of 1,000 that are appended at once. */
function list(items: readonly Buffer[], remember: () => Buffer): Buffer {
  const groups: Buffer[] = [];
  for (let i = 0; i < items.length; i += 1000)
    groups.push(ascii('('), ...items.slice(i, i + 1000), ascii('e'));
  return Buffer.concat([ascii(']'), remember(), ...groups]);
}

/** A uint8 array of NumPy: `_reconstruct(ndarray, (0,), 'b')` with the state (1, shape, dtype, False, bytes). */
function array(shape: readonly number[], bytes: Uint8Array, remember: () => Buffer): Buffer {
  return Buffer.concat([
    ascii('cnumpy.core.multiarray\n_reconstruct\n'),
    remember(),
    ascii('cnumpy\nndarray\n'),
    remember(),
    Buffer.from([0x4b, 0, 0x85]),
    shortString('b'),
    Buffer.from([0x87, 0x52, 0x28, 0x4b, 1]),
    ...shape.map(integer),
    Buffer.from([0x86]),
    ascii('cnumpy\ndtype\n'),
    remember(),
    shortString('u1'),
    Buffer.from([0x4b, 0, 0x4b, 1, 0x87, 0x52]),
    remember(),
    Buffer.from([0x28, 0x4b, 3]),
    shortString('|'),
    ascii('NNN'),
    ...[-1, -1].map((value) => Buffer.concat([ascii('J'), Buffer.from(Int32Array.of(value).buffer)])),
    Buffer.from([0x4b, 0, 0x74, 0x62, 0x89, 0x54]),
    u32(bytes.length),
    bytes,
    ascii('tb'),
  ]);
}

/** One batch as Python 2's cPickle has written those of CIFAR-10, from records of the binary version. */
export function pickledBatch(records: Uint8Array, title = 'training batch 1 of 5'): Buffer {
  const count = records.length / RECORD_BYTES;
  const rows = Array.from({ length: count }, (_, i) =>
    records.subarray(i * RECORD_BYTES, (i + 1) * RECORD_BYTES),
  );
  const pixels = Buffer.concat(rows.map((row) => row.subarray(1)));
  const remember = memo();
  const named = (name: string) => Buffer.concat([shortString(name), remember()]);
  return Buffer.concat([
    Buffer.from([0x80, 2]),
    ascii('}'),
    remember(),
    ascii('('),
    named('batch_label'),
    named(title),
    named('labels'),
    list(
      rows.map((row) => integer(row[0]!)),
      remember,
    ),
    named('data'),
    array([count, RECORD_BYTES - 1], pixels, remember),
    named('filenames'),
    list(
      rows.map((_, i) => named(`image_s_${String(i).padStart(6, '0')}.png`)),
      remember,
    ),
    ascii('u.'),
  ]);
}

/** The six batches of the Python version, by file name. */
export function pythonBatches(batches: ReadonlyMap<string, Uint8Array>): Map<string, Buffer> {
  return new Map([...batches].map(([name, records]) => [name.replace('.bin', ''), pickledBatch(records)]));
}

/** The entries of an archive of the Python version. */
export function pythonEntries(batches: ReadonlyMap<string, Uint8Array>): TarEntry[] {
  const files = [...pythonBatches(batches)].map(
    ([name, bytes]): TarEntry => [{ name: `cifar-10-batches-py/${name}` }, bytes],
  );
  return [
    [{ name: 'cifar-10-batches-py/', type: 'directory' }],
    ...files,
    [{ name: 'cifar-10-batches-py/batches.meta' }, 'x'],
  ];
}

/** A layout whose official Python version are these batches, in this archive. */
export function pythonLayout(
  batches: ReadonlyMap<string, Uint8Array>,
  archive: Uint8Array = new Uint8Array(1),
): BatchLayout {
  const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
  const layout = smallLayout();
  return {
    ...layout,
    python: {
      archive: { ...layout.python.archive, bytes: archive.length, md5: md5(archive) },
      batches: [...pythonBatches(batches).values()].map(md5),
    },
  };
}

export function writePython(folder: string, batches: ReadonlyMap<string, Uint8Array>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of pythonBatches(batches)) writeFileSync(join(folder, name), bytes);
  return folder;
}
