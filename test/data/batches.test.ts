import assert from 'node:assert/strict';
import fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBatches } from '../../src/data/batches.js';
import { CIFAR10_CLASSES, TEST_FILE, TRAIN_FILES } from '../../src/data/layout.js';
import {
  CLASS_TEXT,
  fingerprintOf,
  makeBatches,
  refusal,
  smallLayout,
  temporaryFolder,
  writeBatches,
} from './fixtures.js';

const layout = smallLayout();

test('planes become channels last, batches follow each other, the fingerprint is that of the files', async (t) => {
  const batches = makeBatches();
  const folder = writeBatches(temporaryFolder(t), batches);
  const { train, test: testSet, classes, fingerprint } = await readBatches(folder, layout);
  assert.equal(train.count, 100);
  assert.equal(testSet.count, 20);
  assert.deepEqual(classes, CIFAR10_CLASSES);
  assert.equal(fingerprint, fingerprintOf(batches));
  // The oracle addresses each byte by the format's definition: label, then planes [channel][y][x].
  for (const n of [0, 7, 20, 59, 99]) {
    const bytes = batches.get(TRAIN_FILES[Math.floor(n / 20)]!)!;
    const record = bytes.subarray((n % 20) * 3073, (n % 20) * 3073 + 3073);
    assert.equal(train.labels[n], record[0]);
    for (const [y, x, c] of [
      [0, 0, 0],
      [0, 0, 2],
      [3, 5, 1],
      [31, 31, 2],
      [31, 0, 0],
    ] as const) {
      assert.equal(train.images[((n * 32 + y) * 32 + x) * 3 + c], record[1 + c * 1024 + y * 32 + x]);
    }
  }
  assert.equal(testSet.images[3072 * 19 + 1], batches.get(TEST_FILE)![19 * 3073 + 1 + 1024]);
});

test('class names are read from the folder, with any line ends, and must be the ten', async (t) => {
  const folder = writeBatches(temporaryFolder(t), makeBatches());
  const meta = join(folder, 'batches.meta.txt');
  await fsPromises.writeFile(meta, CLASS_TEXT.replaceAll('\n', '\r\n'));
  assert.deepEqual((await readBatches(folder, layout)).classes, CIFAR10_CLASSES);
  await fsPromises.writeFile(meta, CLASS_TEXT.replace('cat', 'tiger'));
  await assert.rejects(readBatches(folder, layout), refusal('class names', meta, 'tiger', 'cat'));
});

test('a file that is not a whole number of records is refused with both numbers', async (t) => {
  const batches = makeBatches();
  const folder = writeBatches(temporaryFolder(t), batches);
  const path = join(folder, 'data_batch_3.bin');
  await fsPromises.writeFile(path, batches.get('data_batch_3.bin')!.subarray(0, 61_459));
  await assert.rejects(
    readBatches(folder, layout),
    refusal(path, '61,459 bytes', '61,460 bytes', 'records of 3,073'),
  );
});

test('a whole number of records that is not the right one is refused', async (t) => {
  const folder = writeBatches(temporaryFolder(t), new Map([...makeBatches(), ...makeBatches(1, 21)]));
  await assert.rejects(
    readBatches(folder, layout),
    refusal('wrong number of records', '21 records', '20 records'),
  );
});

test('a label above 9 is refused with its record and byte', async (t) => {
  const batches = makeBatches();
  batches.get('data_batch_2.bin')![3 * 3073] = 10;
  const folder = writeBatches(temporaryFolder(t), batches);
  await assert.rejects(
    readBatches(folder, layout),
    refusal(join(folder, 'data_batch_2.bin'), 'label 10 in record 3 (byte 9,219)', '0 to 9'),
  );
});

test('a missing batch is named', async (t) => {
  const batches = makeBatches();
  batches.delete('data_batch_4.bin');
  const folder = writeBatches(temporaryFolder(t), batches);
  await assert.rejects(
    readBatches(folder, layout),
    refusal('a batch is missing', join(folder, 'data_batch_4.bin')),
  );
});

test('a file that cannot be read is named', async (t) => {
  const folder = writeBatches(temporaryFolder(t), makeBatches());
  const path = join(folder, 'data_batch_5.bin');
  const original = fsPromises.open;
  // Mocked, for the permissions of a file do not stop the superuser.
  t.mock.method(fsPromises, 'open', (at: string, ...rest: []) =>
    at === path
      ? Promise.reject(
          Object.assign(new Error(`EACCES: permission denied, open '${at}'`), { code: 'EACCES' }),
        )
      : original(at, ...rest),
  );
  await assert.rejects(readBatches(folder, layout), refusal('cannot be read', path, 'EACCES', 'permissions'));
});

test('an interruption stops the reading', async (t) => {
  const folder = writeBatches(temporaryFolder(t), makeBatches());
  const signal = AbortSignal.abort();
  await assert.rejects(readBatches(folder, layout, { signal }), { name: 'AbortError' });
});
