import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import type { BatchLayout } from '../../src/data/layout.js';
import { type LoadOptions, loadDataset, loadWith } from '../../src/data/load.js';
import { archiveUrl, publicAddress } from '../../src/data/mirror.js';
import { sendRange, serve } from '../support/server.js';
import {
  batchEntries,
  fingerprintOf,
  makeBatches,
  refusal,
  smallLayout,
  tarGz,
  temporaryFolder,
  writeBatches,
} from './fixtures.js';

const UNREACHABLE = 'http://127.0.0.1:1';

async function officialServer(t: TestContext) {
  const batches = makeBatches();
  const archive = await tarGz(batchEntries(batches));
  const server = await serve(t, (request, response) => sendRange(request, response, archive));
  const cacheDir = join(temporaryFolder(t), 'data');
  return {
    batches,
    archive,
    server,
    cacheDir,
    layout: smallLayout(archive),
    fingerprint: fingerprintOf(batches),
  };
}

test('with nothing at hand the official archive is downloaded, unpacked, and next time not asked for', async (t) => {
  const { server, cacheDir, layout, fingerprint } = await officialServer(t);
  const options = { cacheDir, baseUrl: server.url };
  const first = await loadWith(layout, options);
  assert.equal(first.fingerprint, fingerprint);
  assert.equal(first.official, true);
  assert.equal(first.source, `${server.url}/cifar-10-binary.tar.gz`);
  // Neither the archive nor a part, a note or a lock stays next to the images.
  assert.deepEqual(readdirSync(cacheDir), [`cifar10-${fingerprint.slice(0, 16)}`]);
  const second = await loadWith(layout, options);
  assert.deepEqual(second, first);
  assert.equal(server.requests.length, 1);
});

test('the mirror can be named by the environment, as a folder or as the archive itself', async (t) => {
  const { server, cacheDir, layout } = await officialServer(t);
  t.after(() => delete process.env.WHYCONV_CIFAR10_URL);
  process.env.WHYCONV_CIFAR10_URL = `${server.url}/mirror/`;
  await loadWith(layout, { cacheDir });
  process.env.WHYCONV_CIFAR10_URL = `${server.url}/copy-of-cifar.tar.gz`;
  await loadWith(layout, { cacheDir: `${cacheDir}2` });
  assert.deepEqual(
    server.requests.map(({ url }) => url),
    ['/mirror/cifar-10-binary.tar.gz', '/copy-of-cifar.tar.gz'],
  );
  process.env.WHYCONV_CIFAR10_URL = 'file:///etc/passwd';
  await assert.rejects(
    loadWith(layout, { cacheDir: `${cacheDir}3` }),
    refusal('not a web address', 'file:///'),
  );
});

test("a user's path comes before cache and network", async (t) => {
  const { server, cacheDir, layout } = await officialServer(t);
  await loadWith(layout, { cacheDir, baseUrl: server.url });
  const mine = makeBatches(9);
  const path = temporaryFolder(t);
  const folder = writeBatches(join(path, 'cifar-10-batches-bin'), mine);
  for (const at of [path, folder]) {
    const dataset = await loadWith(layout, { path: at, cacheDir, baseUrl: server.url });
    assert.equal(dataset.fingerprint, fingerprintOf(mine));
    assert.equal(dataset.official, false);
    assert.equal(dataset.source, at);
    assert.equal(dataset.folder, folder);
  }
});

test('a bad path is an error even where the cache, the network or shapes could serve', async (t) => {
  const { server, cacheDir, layout } = await officialServer(t);
  await loadWith(layout, { cacheDir, baseUrl: server.url });
  const folder = temporaryFolder(t);
  const load = (path: string) =>
    loadWith(layout, { path, cacheDir, baseUrl: server.url, synthetic: 'fallback' });
  await assert.rejects(load(join(folder, 'none.tar.gz')), refusal('no such file or folder', 'none.tar.gz'));
  await assert.rejects(load(folder), refusal('does not hold CIFAR-10', folder, 'test_batch.bin'));
  writeFileSync(join(folder, 'test_batch.bin'), '');
  await assert.rejects(load(folder), refusal('a batch is missing', join(folder, 'data_batch_1.bin')));
  await assert.rejects(load(join(folder, 'test_batch.bin', 'x')), refusal('no such file or folder'));
  await assert.rejects(load('/dev/null'), refusal('neither a file nor a folder'));
  assert.equal(server.requests.length, 1);
});

test('an unreachable server is an error that offers --data; with fallback the shapes stand in and say why', async (t) => {
  const cacheDir = join(temporaryFolder(t), 'data');
  const options = { cacheDir, baseUrl: UNREACHABLE, syntheticSize: { train: 20, test: 10 }, seed: 3 };
  await assert.rejects(loadDataset(options), refusal('cannot be reached', '--data'));
  await assert.rejects(loadDataset({ ...options, synthetic: 'never' }), refusal('cannot be reached'));
  const dataset = await loadDataset({ ...options, synthetic: 'fallback' });
  assert.equal(dataset.name, 'shapes');
  assert.equal(dataset.source, 'synthetic shapes, seed 3');
  assert.equal(dataset.train.count, 20);
  assert.match(dataset.note ?? '', /cannot be reached.*synthetic/);
  assert.deepEqual(readdirSync(cacheDir), []);
});

test('only the shapes when asked, without touching network or disk', async (t) => {
  const cacheDir = join(temporaryFolder(t), 'data');
  const dataset = await loadDataset({ synthetic: 'only', syntheticSize: { train: 10, test: 10 }, cacheDir });
  assert.equal(dataset.name, 'shapes');
  assert.equal(dataset.note, undefined);
  assert.equal(existsSync(cacheDir), false);
});

test('a download that is no archive leaves no dataset behind and does not lock the next one out', async (t) => {
  const garbage = Buffer.from('this has the right checksum and is no archive');
  const server = await serve(t, (request, response) => sendRange(request, response, garbage));
  const cacheDir = temporaryFolder(t);
  const load = () => loadWith(smallLayout(garbage), { cacheDir, baseUrl: server.url, synthetic: 'fallback' });
  await assert.rejects(load(), refusal('not an archive of CIFAR-10'));
  assert.deepEqual(
    readdirSync(cacheDir).filter((name) => name.includes('cifar10')),
    [],
  );
  await assert.rejects(load(), refusal('not an archive of CIFAR-10'));
});

test('interrupting a download ends with exit code 130, keeps the part and releases the lock', async (t) => {
  const { archive, cacheDir, layout, fingerprint } = await officialServer(t);
  const server = await serve(t, (request, response, count) => {
    if (count > 1) return sendRange(request, response, archive);
    response
      .writeHead(200, { 'content-length': archive.length, etag: '"v1"' })
      .write(archive.subarray(0, 90_000));
  });
  const controller = new AbortController();
  const options = { cacheDir, baseUrl: server.url, synthetic: 'fallback' } as const;
  const onProgress = () => controller.abort();
  await assert.rejects(loadWith(layout, { ...options, onProgress, signal: controller.signal }), (error) => {
    assert.ok(error instanceof Error && 'exitCode' in error && error.exitCode === 130);
    return refusal('interrupted')(error);
  });
  assert.deepEqual(readdirSync(cacheDir), ['downloads']);
  assert.deepEqual(readdirSync(join(cacheDir, 'downloads')).sort(), [
    'cifar-10-binary.tar.gz.part',
    'cifar-10-binary.tar.gz.part.json',
  ]);
  assert.equal((await loadWith(layout, options)).fingerprint, fingerprint);
  assert.match(server.requests[1]!.headers.range ?? '', /^bytes=\d+-$/);
});

test('the archive of a mirror is what the address names: a file by its ending or its query, otherwise a folder', () => {
  const name = 'cifar-10-binary.tar.gz';
  for (const [base, expected] of [
    ['http://m/mirror', `http://m/mirror/${name}`],
    ['http://m/mirror/', `http://m/mirror/${name}`],
    ['http://m', `http://m/${name}`],
    ['http://m/v1.0', `http://m/v1.0/${name}`],
    ['http://m/mirror/?token=1', `http://m/mirror/${name}?token=1`],
    ['http://m/c.tar.gz', 'http://m/c.tar.gz'],
    ['http://m/c.tar.gz?download=true', 'http://m/c.tar.gz?download=true'],
    ['http://m/c.tgz', 'http://m/c.tgz'],
    ['http://m/c.TAR#top', 'http://m/c.TAR'],
    ['http://m/files/17/content?download=1', 'http://m/files/17/content?download=1'],
  ] as const) {
    assert.equal(archiveUrl(base, name), expected, base);
  }
  assert.equal(publicAddress('https://ann:pw@m/c.tgz?token=secret'), 'https://m/c.tgz');
});

test('a server that is busy for a moment is asked again, and no shapes stand in', async (t) => {
  const { archive, cacheDir, layout, fingerprint } = await officialServer(t);
  const server = await serve(t, (request, response, count) => {
    if (count > 1) sendRange(request, response, archive);
    else response.writeHead(503, { 'retry-after': '1' }).end();
  });
  const options = { cacheDir, baseUrl: server.url, synthetic: 'fallback' } as const;
  assert.equal((await loadWith(layout, options)).fingerprint, fingerprint);
  assert.equal(server.requests.length, 2);
});

/** Loads in a process of its own, which prints each task that it reports; resolves with the fingerprint. */
function loadInProcess(
  layout: BatchLayout,
  options: LoadOptions,
  onTask: (task: string) => void,
): Promise<string> {
  const code = `const { loadWith } = require(${JSON.stringify(require.resolve('../../src/data/load.js'))});
    const onProgress = ({ task }) => console.log(task);
    loadWith(${JSON.stringify(layout)}, { ...${JSON.stringify(options)}, onProgress })
      .then(({ fingerprint }) => console.log('fingerprint ' + fingerprint));`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  let fingerprint = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('fingerprint ')) fingerprint = line.slice('fingerprint '.length);
    else onTask(line);
  });
  return new Promise((done) => child.on('close', () => done(fingerprint)));
}

test('of two processes that need the same download one fetches it, and the other waits and uses it', async (t) => {
  const { archive, cacheDir, layout, fingerprint } = await officialServer(t);
  const tasks: string[] = [];
  // The server keeps the second half back until a process waits for the other.
  let release = () => {};
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = await serve(t, async (_request, response) => {
    response
      .writeHead(200, { 'content-length': archive.length, etag: '"v1"' })
      .write(archive.subarray(0, 50_000));
    await waiting;
    response.end(archive.subarray(50_000));
  });
  const onTask = (task: string) => {
    tasks.push(task);
    if (task === 'waiting for another process') release();
  };
  const load = () => loadInProcess(layout, { cacheDir, baseUrl: server.url }, onTask);
  assert.deepEqual(await Promise.all([load(), load()]), [fingerprint, fingerprint]);
  assert.equal(server.requests.length, 1);
  assert.equal(tasks.filter((task) => task === 'waiting for another process').length, 1);
  assert.deepEqual(readdirSync(cacheDir), [`cifar10-${fingerprint.slice(0, 16)}`]);
});

test('an archive that was downloaded whole by a process which died is not downloaded again', async (t) => {
  const { archive, server, cacheDir, layout, fingerprint } = await officialServer(t);
  mkdirSync(join(cacheDir, 'downloads'), { recursive: true });
  writeFileSync(join(cacheDir, 'downloads', layout.official.name), archive);
  assert.equal((await loadWith(layout, { cacheDir, baseUrl: server.url })).fingerprint, fingerprint);
  assert.equal(server.requests.length, 0);
  assert.deepEqual(readdirSync(cacheDir), [`cifar10-${fingerprint.slice(0, 16)}`]);
});

test('a socket in place of the archive is refused', async (t) => {
  const path = join(temporaryFolder(t), 's');
  const socket = createServer();
  await new Promise<void>((done) => socket.listen(path, done));
  t.after(() => socket.close());
  await assert.rejects(loadDataset({ path }), refusal('neither a file nor a folder', path));
});
