import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { knownPlaces } from '../../src/data/known-places.js';
import { loadWith } from '../../src/data/load.js';
import { sendRange, serve } from '../support/server.js';
import {
  batchEntries,
  fingerprintOf,
  makeBatches,
  smallLayout,
  tarGz,
  temporaryFolder,
  writeBatches,
} from './fixtures.js';
import { pythonEntries, pythonLayout, writePython } from './python-fixtures.js';

const batches = makeBatches(6);
const fingerprint = fingerprintOf(batches);

function scene(t: TestContext) {
  const home = temporaryFolder(t);
  const cacheDir = join(home, 'whyconv');
  const load = (layout: ReturnType<typeof smallLayout>, baseUrl = 'http://127.0.0.1:1') =>
    loadWith(layout, { cacheDir, baseUrl }, knownPlaces({}, home));
  return { home, cacheDir, load, keras: join(home, '.keras', 'datasets') };
}

test('the official copies of Keras 2, Keras 3 and torchvision are used in place, without a request', async (t) => {
  for (const place of [
    ['.keras', 'datasets', 'cifar-10-batches-py'],
    ['.keras', 'datasets', 'cifar-10-batches-py-target', 'cifar-10-batches-py'],
    ['.cache', 'torch', 'datasets', 'cifar-10-batches-py'],
    ['data', 'cifar-10-batches-py'],
  ]) {
    const { home, load } = scene(t);
    const folder = writePython(join(home, ...place), batches);
    const before = readdirSync(folder);
    const dataset = await load(pythonLayout(batches));
    assert.deepEqual(
      [dataset.fingerprint, dataset.official, dataset.folder, dataset.source],
      [fingerprint, true, folder, folder],
    );
    assert.deepEqual(readdirSync(folder), before);
  }
});

test('official archives of Keras, which have no ending, and of TensorFlow Datasets are unpacked into the data folder', async (t) => {
  const python = await tarGz(pythonEntries(batches));
  const binary = await tarGz(batchEntries(batches));
  for (const [folder, name, layout] of [
    ['.keras/datasets', 'cifar-10-batches-py-target_archive', pythonLayout(batches, python)],
    [
      'tensorflow_datasets/downloads',
      'cs.toronto.edu_kriz_cifar-10-binaryODHPtIjLh3oLcXirEISTO7dkzyKjRCuol6lV8Wc6C7s.tar.gz',
      smallLayout(binary),
    ],
  ] as const) {
    const { home, cacheDir, load } = scene(t);
    mkdirSync(join(home, folder), { recursive: true });
    const bytes = folder.startsWith('.keras') ? python : binary;
    const path = join(home, folder, name);
    writeFileSync(path, bytes);
    const dataset = await load(layout);
    assert.deepEqual([dataset.fingerprint, dataset.official, dataset.source], [fingerprint, true, path]);
    assert.ok(dataset.folder?.startsWith(cacheDir));
    assert.deepEqual(readdirSync(join(home, folder)), [name]);
    assert.ok(readFileSync(path).equals(bytes));
  }
});

test('copies that are damaged or not official are passed over, with the reason, and the download is made', async (t) => {
  const archive = await tarGz(batchEntries(batches));
  const server = await serve(t, (request, response) => sendRange(request, response, archive));
  const { home, cacheDir, keras } = scene(t);
  writePython(join(keras, 'cifar-10-batches-py'), makeBatches(1));
  writeFileSync(join(writePython(join(home, 'data'), batches), 'test_batch'), 'damaged');
  writeBatches(join(home, '.cache', 'torch', 'datasets', 'cifar-10-batches-bin'), batches);
  writeFileSync(join(keras, 'cifar-10-batches-py-target_archive'), 'half');
  const details: string[] = [];
  const onProgress = ({ detail = '' }) => details.push(detail);
  const layout = { ...pythonLayout(batches), official: smallLayout(archive).official };
  const options = { cacheDir, baseUrl: server.url, onProgress };
  const dataset = await loadWith(layout, options, knownPlaces({}, home));
  assert.equal(dataset.source, `${server.url}/cifar-10-binary.tar.gz`);
  const passed = details.filter((detail) => detail.startsWith('passed over')).join('\n');
  assert.match(passed, /\.keras.*do not have the published MD5s/);
  assert.match(passed, /data: .*not a batch/);
  assert.match(passed, /torch.*not known, since of the binary version/);
});

test('what the data folder holds comes first, and a path of the user is never replaced', async (t) => {
  const { home, cacheDir, load, keras } = scene(t);
  writePython(join(keras, 'cifar-10-batches-py'), batches);
  const mine = makeBatches(9);
  const path = writeBatches(join(home, 'mine'), mine);
  const layout = pythonLayout(batches);
  const given = await loadWith(layout, { cacheDir, path }, knownPlaces({}, home));
  assert.equal(given.fingerprint, fingerprintOf(mine));
  writeBatches(join(cacheDir, 'cifar-10-batches-bin'), mine);
  assert.equal((await load(layout)).fingerprint, fingerprintOf(mine));
});

test('the variables of the other programs move their places', () => {
  const places = knownPlaces(
    { KERAS_HOME: '/k', TORCH_HOME: '/t', XDG_CACHE_HOME: '/x', TFDS_DATA_DIR: '/nowhere' },
    '/home/ann',
  );
  assert.ok(places.includes(join('/k', 'datasets')) && places.includes(join('/t', 'datasets')));
  assert.ok(knownPlaces({ XDG_CACHE_HOME: '/x' }, '/home/ann').includes(join('/x', 'torch', 'datasets')));
});
