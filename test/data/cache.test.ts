import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadWith } from '../../src/data/load.js';
import { batchEntries, fingerprintOf, makeBatches, smallLayout, tarGz, temporaryFolder } from './fixtures.js';

async function scene(t: TestContext, seed = 0) {
  const folder = temporaryFolder(t);
  const batches = makeBatches(seed);
  const bytes = await tarGz(batchEntries(batches));
  const path = join(folder, 'a.tar.gz');
  writeFileSync(path, bytes);
  const cacheDir = join(folder, 'cache');
  const tasks = new Set<string>();
  /** An empty path stands for none. */
  const load = (at: string = path, layout = smallLayout()) => {
    tasks.clear();
    return loadWith(layout, { path: at || undefined, cacheDir, onProgress: ({ task }) => tasks.add(task) });
  };
  return { folder, batches, bytes, path, cacheDir, tasks, load, fingerprint: fingerprintOf(batches) };
}

test('an archive is unpacked once, into a folder named for its content with a manifest', async (t) => {
  const { cacheDir, load, tasks, fingerprint, path, bytes } = await scene(t);
  const first = await load();
  assert.ok(tasks.has('unpack'));
  const name = `cifar10-${fingerprint.slice(0, 16)}`;
  assert.deepEqual(readdirSync(cacheDir), [name]);
  assert.equal(first.folder, join(cacheDir, name));
  const manifest = JSON.parse(readFileSync(join(cacheDir, name, 'manifest.json'), 'utf8'));
  assert.equal(manifest.fingerprint, fingerprint);
  assert.equal(manifest.official, false);
  assert.equal(manifest.source, path);
  assert.equal(manifest.archives[0].bytes, bytes.length);
  assert.equal(manifest.files['test_batch.bin'], 61_460);
  const second = await load();
  assert.ok(!tasks.has('unpack'));
  assert.deepEqual(second, first);
});

test('without a path the cache serves, and an unpacked folder serves as a path', async (t) => {
  const { load, path, fingerprint } = await scene(t);
  const { folder } = await load();
  rmSync(path);
  const cached = await load('');
  assert.equal(cached.fingerprint, fingerprint);
  assert.equal((await load(folder)).fingerprint, fingerprint);
});

test('an archive that was copied or touched is known by its checksum and not unpacked again', async (t) => {
  const { load, tasks, path, folder, bytes } = await scene(t);
  await load();
  utimesSync(path, 1e9, 1e9);
  await load();
  assert.ok(!tasks.has('unpack'));
  const copy = join(folder, 'copy.tar.gz');
  writeFileSync(copy, bytes);
  assert.equal((await load(copy)).source, copy);
  assert.ok(!tasks.has('unpack'));
});

test('an archive replaced by another of the same size and modification time is noticed', async (t) => {
  const { load, tasks, path, bytes } = await scene(t);
  const other = await tarGz(batchEntries(makeBatches(5)));
  // Bytes after the end of gzip data are ignored: zeros make both files one size.
  const size = Math.max(bytes.length, other.length);
  const padded = (archive: Buffer) => Buffer.concat([archive], size);
  writeFileSync(path, padded(bytes));
  utimesSync(path, 1e9, 1e9);
  const first = await load();
  assert.equal(first.fingerprint, fingerprintOf(makeBatches()));
  writeFileSync(path, padded(other));
  utimesSync(path, 1e9, 1e9);
  const second = await load();
  assert.ok(tasks.has('unpack'));
  assert.equal(second.fingerprint, fingerprintOf(makeBatches(5)));
});

test('a damaged cache is noticed, whatever the damage, and unpacked again from the archive', async (t) => {
  const { load, tasks, cacheDir, fingerprint } = await scene(t);
  const { folder = '' } = await load();
  const batch = join(folder, 'data_batch_1.bin');
  const whole = readFileSync(batch);
  const flipped = Buffer.from(whole);
  flipped[5000]! ^= 1;
  for (const damage of [
    () => writeFileSync(batch, flipped),
    () => writeFileSync(batch, whole.subarray(0, 5000)),
    () => rmSync(batch),
    () => writeFileSync(join(folder, 'manifest.json'), '{'),
  ]) {
    damage();
    assert.equal((await load()).fingerprint, fingerprint);
    assert.ok(tasks.has('unpack'));
    assert.deepEqual(readdirSync(cacheDir), [`cifar10-${fingerprint.slice(0, 16)}`]);
  }
});

test('official is what has the official checksum; the same content repacked stays official, changed content does not', async (t) => {
  const { load, bytes, batches, folder, path } = await scene(t);
  const layout = smallLayout(bytes);
  const repacked = join(folder, 'repacked.tar.gz');
  writeFileSync(repacked, await tarGz(batchEntries(batches).reverse()));
  assert.equal((await load(repacked, layout)).official, false);
  const official = await load(path, layout);
  assert.equal(official.official, true);
  assert.equal((await load(repacked, layout)).official, true);
  const unpacked = official.folder ?? '';
  // The right size is not enough.
  const other = { ...layout.official, md5: '0'.repeat(32) };
  const elsewhere = join(folder, 'elsewhere');
  const judged = await loadWith({ ...layout, official: other }, { path, cacheDir: elsewhere });
  assert.equal(judged.official, false);
  assert.equal((await load(unpacked, layout)).official, true);
  const batch = readFileSync(join(unpacked, 'test_batch.bin'));
  batch[77]! ^= 1;
  writeFileSync(join(unpacked, 'test_batch.bin'), batch);
  assert.equal((await load(unpacked, layout)).official, false);
});

test('the cache prefers the official dataset to one unpacked later', async (t) => {
  const { load, bytes, folder, fingerprint } = await scene(t);
  const layout = smallLayout(bytes);
  await load(undefined, layout);
  const other = join(folder, 'other.tar.gz');
  writeFileSync(other, await tarGz(batchEntries(makeBatches(3))));
  assert.equal((await load(other, layout)).official, false);
  assert.equal((await load('', layout)).fingerprint, fingerprint);
});

test('processes that unpack the same archive at once do not disturb each other', async (t) => {
  const { load, tasks, cacheDir, fingerprint } = await scene(t);
  // Many rounds: whether two meet in the same moment is a matter of luck.
  for (let round = 0; round < 5; round++) {
    const loaded = await Promise.all([load(), load(), load(), load()]);
    for (const dataset of loaded) assert.equal(dataset.fingerprint, fingerprint);
    assert.deepEqual(readdirSync(cacheDir), [`cifar10-${fingerprint.slice(0, 16)}`]);
    assert.equal((await load()).fingerprint, fingerprint);
    assert.ok(!tasks.has('unpack'));
    rmSync(cacheDir, { recursive: true });
  }
});

test('what a killed process left is swept away, what is being made is not', async (t) => {
  const { load, cacheDir } = await scene(t);
  const [old, young] = ['.cifar10-00000000000a.tmp', '.cifar10-00000000000b.tmp'].map((name) =>
    join(cacheDir, name),
  );
  for (const path of [old!, young!]) mkdirSync(path, { recursive: true });
  utimesSync(old!, 1e9, 1e9);
  await load();
  assert.equal(existsSync(old!), false);
  assert.equal(existsSync(young!), true);
});

test('an archive or a folder put into the data folder by hand is found', async (t) => {
  const { load, bytes, cacheDir, fingerprint } = await scene(t);
  mkdirSync(cacheDir);
  writeFileSync(join(cacheDir, 'cifar-10-binary.tar.gz'), bytes);
  assert.equal((await load('')).fingerprint, fingerprint);
});

test('an interruption while unpacking leaves nothing behind', async (t) => {
  const { path, cacheDir } = await scene(t);
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  await assert.rejects(loadWith(smallLayout(), { path, cacheDir, onProgress, signal: controller.signal }), {
    name: 'WhyconvError',
    exitCode: 130,
  });
  assert.deepEqual(readdirSync(cacheDir), []);
});
