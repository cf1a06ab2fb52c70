import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadWith } from '../../src/data/load.js';
import {
  fingerprintOf,
  makeBatches,
  refusal,
  smallLayout,
  type TarEntry,
  tar,
  tarGz,
  temporaryFolder,
  writeBatches,
} from './fixtures.js';
import { pickledBatch, pythonEntries, pythonLayout, writePython } from './python-fixtures.js';

const batches = makeBatches(7);
const fingerprint = fingerprintOf(batches);

test('a folder of the Python version is read in place, as the same images as the binary version', async (t) => {
  const folder = temporaryFolder(t);
  const python = writePython(join(folder, 'cifar-10-batches-py'), batches);
  const binary = writeBatches(join(folder, 'bin'), batches);
  const load = (path: string) => loadWith(smallLayout(), { path, cacheDir: join(folder, 'cache') });
  const [a, b] = [await load(python), await load(binary)];
  assert.equal(a.fingerprint, fingerprint);
  assert.deepEqual([a.train, a.test, a.classes], [b.train, b.test, b.classes]);
  assert.equal(a.folder, python);
  assert.equal(existsSync(join(folder, 'cache')), false);
});

test('an archive of the Python version is unpacked to the binary version, compressed or not', async (t) => {
  const folder = temporaryFolder(t);
  const cacheDir = join(folder, 'cache');
  for (const [name, bytes] of [
    ['cifar-10-python.tar.gz', await tarGz(pythonEntries(batches))],
    ['cifar-10-python.tar', await tar(pythonEntries(batches))],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const dataset = await loadWith(smallLayout(), { path, cacheDir });
    assert.equal(dataset.fingerprint, fingerprint);
    assert.equal(dataset.official, false);
    assert.match(dataset.officialBecause ?? '', /do not have the published MD5s/);
    const entry = join(cacheDir, `cifar10-${fingerprint.slice(0, 16)}`);
    assert.deepEqual(readdirSync(entry).sort(), [...batches.keys(), 'manifest.json'].sort());
    for (const [file, records] of batches) assert.ok(readFileSync(join(entry, file)).equals(records), file);
  }
});

test('the Python version is official by its archive or by its batches, and its content stays so in any form', async (t) => {
  const folder = temporaryFolder(t);
  const python = writePython(join(folder, 'py'), batches);
  const archive = join(folder, 'any-name');
  writeFileSync(archive, await tarGz(pythonEntries(batches)));
  const layout = pythonLayout(batches, readFileSync(archive));
  const load = async (path: string, cache = 'cache') => {
    const { official, officialBecause } = await loadWith(layout, { path, cacheDir: join(folder, cache) });
    return `${official}: ${officialBecause}`;
  };
  assert.equal(await load(python), 'true: its six batches have the published MD5s (Python version)');
  const plain = join(folder, 'plain.tar');
  writeFileSync(plain, await tar(pythonEntries(batches)));
  assert.equal(await load(plain, 'other'), 'true: its six batches have the published MD5s (Python version)');
  const binary = writeBatches(join(folder, 'bin'), batches);
  assert.match(await load(binary), /^false: not known, since of the binary version only the archive has/);
  assert.equal(await load(archive), 'true: the archive has the published MD5');
  assert.equal(await load(binary), 'true: the same content as an official archive unpacked before');
  const changed = makeBatches(8);
  assert.match(await load(writePython(join(folder, 'changed'), changed)), /^false: its batches do not have/);
  assert.match(await load(writeBatches(join(folder, 'changed-bin'), changed)), /^false: not known/);
});

test('a batch that is missing, damaged, of another size or with a bad label is refused by name', async (t) => {
  const folder = temporaryFolder(t);
  const cacheDir = join(folder, 'cache');
  const damages: [string, Uint8Array | null, string | RegExp][] = [
    ['data_batch_3', null, /a batch is missing: .*data_batch_3\n/],
    [
      'data_batch_3',
      Buffer.from('cos\nsystem\n.'),
      /not a batch.*data_batch_3[\s\S]*"os system" is not allowed/,
    ],
    ['test_batch', Buffer.alloc(200_000), /not a batch.*test_batch[\s\S]*200,000 bytes/],
    ['data_batch_1', pickledBatch(makeBatches(0, 19).get('test_batch.bin')!), /shape \[19, 3072\]/],
    ['data_batch_2', pickledBatch(withLabel(10)), /label 10 in record 0/],
  ];
  for (const [i, [name, bytes, reason]] of damages.entries()) {
    const broken = writePython(join(folder, `broken-${i}`), batches);
    if (bytes) writeFileSync(join(broken, name), bytes);
    else rmSync(join(broken, name));
    await assert.rejects(loadWith(smallLayout(), { path: broken, cacheDir }), refusal(reason));
  }
});

test('a hostile pickle inside an archive leaves nothing in the cache', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a.tar.gz');
  const entries = pythonEntries(batches).map(
    ([header, content]): TarEntry =>
      header.name.endsWith('data_batch_4') ? [header, 'cos\nsystem\n(U\x04true.'] : [header, content!],
  );
  writeFileSync(path, await tarGz(entries.slice(1)));
  const cacheDir = join(folder, 'cache');
  await assert.rejects(
    loadWith(smallLayout(), { path, cacheDir }),
    refusal('a.tar.gz > data_batch_4', '"os system" is not allowed'),
  );
  assert.deepEqual(readdirSync(cacheDir), []);
});

function withLabel(label: number): Uint8Array {
  const records = Uint8Array.from(batches.get('data_batch_2.bin')!);
  records[0] = label;
  return records;
}
