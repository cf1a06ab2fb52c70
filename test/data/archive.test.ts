import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fsPromises, { type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { extractArchive } from '../../src/data/archive.js';
import { loadWith } from '../../src/data/load.js';
import {
  batchEntries,
  fingerprintOf,
  makeBatches,
  refusal,
  smallLayout,
  type TarEntry,
  tar,
  tarGz,
  temporaryFolder,
} from './fixtures.js';

/** Loads a file through the whole path, expects a refusal, and that nothing of it is left in the cache. */
async function refuses(t: TestContext, bytes: Uint8Array, ...parts: (string | RegExp)[]): Promise<void> {
  const folder = temporaryFolder(t);
  const path = join(folder, 'upload.tar.gz');
  const cacheDir = join(folder, 'cache');
  writeFileSync(path, bytes);
  await assert.rejects(
    loadWith(smallLayout(), { path, cacheDir, synthetic: 'fallback' }),
    refusal(path, ...parts),
  );
  assert.deepEqual(readdirSync(cacheDir), []);
}

const good = () => batchEntries(makeBatches());

test('an archive unpacks to its batches, byte for byte, in one pass with its checksums', async (t) => {
  const folder = temporaryFolder(t);
  const batches = makeBatches();
  const bytes = await tarGz(batchEntries(batches));
  const path = join(folder, 'a.tar.gz');
  writeFileSync(path, bytes);
  const out = join(folder, 'out');
  await fsPromises.mkdir(out);
  const { version, compressed, ...checksums } = await extractArchive(path, out, smallLayout());
  assert.deepEqual([version, compressed], ['binary', true]);
  const digest = (name: string) => createHash(name).update(bytes).digest('hex');
  assert.deepEqual(checksums, { bytes: bytes.length, sha256: digest('sha256'), md5: digest('md5') });
  assert.deepEqual(readdirSync(out).sort(), ['batches.meta.txt', ...batches.keys()].sort());
  for (const [name, content] of batches) assert.ok(readFileSync(join(out, name)).equals(content), name);
});

test('the order of the entries does not matter to images and fingerprint', async (t) => {
  const folder = temporaryFolder(t);
  const batches = makeBatches();
  const path = join(folder, 'reversed.tar.gz');
  writeFileSync(path, await tarGz(batchEntries(batches).reverse()));
  const dataset = await loadWith(smallLayout(), { path, cacheDir: join(folder, 'cache') });
  assert.equal(dataset.fingerprint, fingerprintOf(batches));
  assert.equal(dataset.train.images[0], batches.get('data_batch_1.bin')![1]);
});

test('a truncated archive is refused wherever it was cut', async (t) => {
  const whole = await tarGz(good());
  for (const share of [0.01, 0.3, 0.7, 0.999]) {
    await refuses(t, whole.subarray(0, Math.floor(whole.length * share)), 'the archive is truncated');
  }
});

test('a tar file cut before it was compressed is refused', async (t) => {
  const whole = await tar(good());
  await refuses(t, gzipSync(whole.subarray(0, 200_000)), 'the archive is truncated');
});

test('damaged bytes are refused', async (t) => {
  const whole = Buffer.from(await tarGz(good()));
  whole.fill(0xff, 100_000, 100_400);
  await refuses(t, whole, /damaged|no tar file|truncated/);
});

test('a web page, a ZIP file, an empty and another file are called what they are', async (t) => {
  await refuses(
    t,
    Buffer.from('<!DOCTYPE html><html><body>Sign in</body></html>'),
    'looks like a web page',
    'DOCTYPE',
  );
  await refuses(t, Buffer.from('\n  <HTML><head>'), 'looks like a web page');
  await refuses(t, Buffer.from('PK\x03\x04......'), 'a ZIP file', 'unpack it');
  await refuses(t, Buffer.alloc(0), 'an empty file');
  await refuses(t, Buffer.from([1, 2, 0xab]), '01 02 ab', '1f 8b');
  await refuses(t, gzipSync(Buffer.alloc(5000, 'no tar ')), 'holds no tar file');
});

test('an archive that a browser has unpacked is read as it is, whether its program marked the format or not', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'cifar-10-binary.tar');
  const marked = await tar(good());
  const unmarked = Buffer.from(marked);
  // The header's checksum counts the mark: 8 bytes from 257 on become zero.
  for (let at = 0; at < unmarked.length; ) {
    const size = Number.parseInt(unmarked.toString('latin1', at + 124, at + 136), 8) || 0;
    if (unmarked.toString('latin1', at + 257, at + 262) === 'ustar') {
      unmarked.fill(0, at + 257, at + 265);
      unmarked.fill(' ', at + 148, at + 156);
      const sum = unmarked.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
      unmarked.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
    }
    at += 512 + 512 * Math.ceil(size / 512);
  }
  for (const bytes of [marked, unmarked]) {
    writeFileSync(path, bytes);
    const dataset = await loadWith(smallLayout(), { path, cacheDir: join(folder, 'cache') });
    assert.equal(dataset.fingerprint, fingerprintOf(makeBatches()));
    assert.match(dataset.officialBecause ?? '', /published MD5 is that of the compressed archive/);
  }
});

test('wrong record length and label in an archive are named with archive and entry', async (t) => {
  const short = makeBatches();
  short.set('test_batch.bin', short.get('test_batch.bin')!.subarray(1));
  await refuses(
    t,
    await tarGz(batchEntries(short)),
    'test_batch.bin',
    'does not divide into records',
    '61,459',
  );
  const wrong = makeBatches();
  wrong.get('data_batch_5.bin')![0] = 255;
  await refuses(t, await tarGz(batchEntries(wrong)), '> data_batch_5.bin', 'label 255 in record 0', '0 to 9');
});

test('a missing batch is named, and the Python version and CIFAR-100 are recognized', async (t) => {
  const batches = makeBatches();
  batches.delete('data_batch_2.bin');
  await refuses(t, await tarGz(batchEntries(batches)), 'lacks a batch', 'missing: data_batch_2.bin');
  const python: TarEntry[] = [[{ name: 'cifar-10-batches-py/data_batch_1' }, 'x']];
  await refuses(t, await tarGz(python), 'of the Python version', 'missing: data_batch_2, ');
  await refuses(t, await tarGz([[{ name: 'cifar-100-binary/train.bin' }, 'x']]), 'this is CIFAR-100');
  await refuses(t, await tarGz([]), 'no files');
});

test('entries that climb out, links and devices make the archive refused', async (t) => {
  const bad: [TarEntry, string | RegExp][] = [
    [[{ name: '../data_batch_1.bin' }, 'x'], 'climbs out'],
    [[{ name: 'cifar-10-batches-bin/../../evil' }, 'x'], 'climbs out'],
    [[{ name: '..\\evil' }, 'x'], 'climbs out'],
    [[{ name: '/etc/evil' }, 'x'], 'climbs out'],
    [[{ name: 'C:\\evil' }, 'x'], 'climbs out'],
    [[{ name: '../up/', type: 'directory' }], 'climbs out'],
    [[{ name: `${'long/'.repeat(60)}../x` }, 'x'], 'climbs out'],
    [
      [{ name: 'cifar-10-batches-bin/data_batch_1.bin', type: 'symlink', linkname: '/etc/passwd' }],
      /symlink to \/etc/,
    ],
    [[{ name: 'cifar-10-batches-bin/data_batch_1.bin', type: 'link', linkname: 'x' }], 'a link to x'],
    [[{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }], 'character-device'],
    [[{ name: 'pipe', type: 'fifo' }], 'fifo'],
  ];
  for (const [entry, part] of bad) {
    await refuses(t, await tarGz([entry, ...good()]), part, 'do not trust');
    await refuses(t, await tarGz([...good(), entry]), part, 'do not trust');
  }
});

test('the same file twice is refused, wherever in the archive it is', async (t) => {
  const again: TarEntry = [{ name: 'other/data_batch_1.bin' }, makeBatches(1).get('data_batch_1.bin')!];
  await refuses(t, await tarGz([...good(), again]), 'the same file twice', 'other/data_batch_1.bin');
});

test('wrong class names in an archive are refused', async (t) => {
  const entries = good().filter(([{ name }]) => !name.endsWith('.txt'));
  await refuses(
    t,
    await tarGz([...entries, [{ name: 'batches.meta.txt' }, 'a\nb\n']]),
    'class names',
    'a, b',
  );
  await refuses(t, await tarGz([...entries, [{ name: 'batches.meta.txt' }, 'a'.repeat(5000)]]), 'too long');
});

test('a full disk is reported and leaves nothing; the next try works', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a.tar.gz');
  const cacheDir = join(folder, 'cache');
  writeFileSync(path, await tarGz(good()));
  const original = fsPromises.open;
  let room = 100_000;
  const mocked = t.mock.method(fsPromises, 'open', async (at: string, flags: string) => {
    const file = await original(at, flags);
    return flags === 'wx' ? fillingUp(file, () => (room -= 30_000)) : file;
  });
  await assert.rejects(
    loadWith(smallLayout(), { path, cacheDir }),
    refusal('the disk is full', cacheDir, 'ENOSPC'),
  );
  assert.ok(room <= 0);
  assert.deepEqual(readdirSync(cacheDir), []);
  mocked.mock.restore();
  assert.equal((await loadWith(smallLayout(), { path, cacheDir })).train.count, 100);
});

test('writes that take only a part of what they are given lose nothing', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a.tar.gz');
  writeFileSync(path, await tarGz(good()));
  const original = fsPromises.open;
  t.mock.method(fsPromises, 'open', async (at: string, flags: string) =>
    flags === 'wx' ? fillingUp(await original(at, flags), () => 1) : original(at, flags),
  );
  const dataset = await loadWith(smallLayout(), { path, cacheDir: join(folder, 'cache') });
  assert.equal(dataset.fingerprint, fingerprintOf(makeBatches()));
});

/** A handle that takes parts of what it is given and then has no room, as a disk that fills up does. */
function fillingUp(file: FileHandle, take: () => number): FileHandle {
  const write = file.write.bind(file) as (
    b: Uint8Array,
    o: number,
    n: number,
  ) => Promise<{ bytesWritten: number }>;
  const limited = (bytes: Uint8Array, offset: number, length: number) => {
    if (take() > 0) return write(bytes, offset, Math.min(length, 30_000));
    return Promise.reject(
      Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    );
  };
  return Object.assign(file, { write: limited });
}

test('a data folder that cannot be made is refused', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a.tar.gz');
  writeFileSync(path, await tarGz(good()));
  t.mock.method(fsPromises, 'mkdir', () =>
    Promise.reject(Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' })),
  );
  const cacheDir = join(folder, 'cache');
  await assert.rejects(
    loadWith(smallLayout(), { path, cacheDir }),
    refusal('cannot be written', cacheDir, 'EROFS'),
  );
});
