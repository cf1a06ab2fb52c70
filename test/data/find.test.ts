import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadWith } from '../../src/data/load.js';
import {
  batchEntries,
  fingerprintOf,
  makeBatches,
  refusal,
  smallLayout,
  tar,
  tarGz,
  temporaryFolder,
  writeBatches,
} from './fixtures.js';
import { writePython } from './python-fixtures.js';

const batches = makeBatches(2);

function scene(t: TestContext) {
  const folder = temporaryFolder(t);
  const at = (...parts: string[]) => join(folder, 'given', ...parts);
  const load = (path: string) => loadWith(smallLayout(), { path, cacheDir: join(folder, 'cache') });
  const put = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  };
  mkdirSync(at(), { recursive: true });
  return { folder, at, load, put };
}

test('CIFAR-10 is found in a folder as people have it', async (t) => {
  const archive = await tarGz(batchEntries(batches));
  const plain = await tar(batchEntries(batches));
  const { at, load, put } = scene(t);
  const layouts: Record<string, () => void> = {
    'the batches themselves': () => writeBatches(at(), batches),
    'the folder of the archive': () => writeBatches(at('cifar-10-batches-bin'), batches),
    'one level deeper': () => writeBatches(at('my data'), batches),
    'two levels deeper, below a folder of the archive': () =>
      writeBatches(at('cifar-10-binary', 'cifar-10-batches-bin 2'), batches),
    'the Python version': () => writePython(at('cifar-10-batches-py'), batches),
    'the archive': () => put(at('cifar-10-binary.tar.gz'), archive),
    'the archive unpacked by a browser': () => put(at('cifar-10-binary.tar'), plain),
    'the archive downloaded a second time': () => put(at('cifar-10-binary (1).tgz'), archive),
    'the archive one level deeper': () => put(at('downloads', 'CIFAR10.tar.gz'), archive),
    'batches and a half-written archive': () => {
      writeBatches(at('cifar-10-batches-bin'), batches);
      put(at('cifar-10-binary.tar.gz'), archive.subarray(0, 1000));
    },
    'a whole Python version and a part of the binary version': () => {
      put(at('cifar-10-batches-bin', 'data_batch_1.bin'), batches.get('data_batch_1.bin')!);
      writePython(at('cifar-10-batches-py'), batches);
    },
  };
  for (const [name, prepare] of Object.entries(layouts)) {
    prepare();
    assert.equal((await load(at())).fingerprint, fingerprintOf(batches), name);
    rmSync(at(), { recursive: true });
    mkdirSync(at());
  }
});

test('one of the batches stands for its folder', async (t) => {
  const { at, load } = scene(t);
  writeBatches(at(), batches);
  assert.equal((await load(at('test_batch.bin'))).fingerprint, fingerprintOf(batches));
  writePython(at('py'), makeBatches(3));
  assert.equal((await load(at('py', 'data_batch_1'))).fingerprint, fingerprintOf(makeBatches(3)));
});

test('a folder without CIFAR-10 is refused with what it holds, and CIFAR-100 is called so', async (t) => {
  const { at, load, put } = scene(t);
  await assert.rejects(load(at()), refusal('does not hold CIFAR-10', 'an empty folder'));
  for (let i = 0; i < 10; i++) put(at(`notes-${i}.txt`), 'x');
  await assert.rejects(load(at()), refusal('does not hold CIFAR-10', 'notes-0.txt', 'and 2 more'));
  put(at('cifar-100-binary.tar.gz'), 'x');
  await assert.rejects(load(at()), refusal('this is CIFAR-100'));
});

test('hidden folders and CIFAR-100 archives are not looked into', async (t) => {
  const { at, load, put } = scene(t);
  writeBatches(at('.trash'), batches);
  put(at('cifar-100-python.tar.gz'), await tarGz(batchEntries(batches)));
  await assert.rejects(load(at()), refusal('CIFAR-100'));
});
