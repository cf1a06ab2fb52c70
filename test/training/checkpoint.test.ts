import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Checkpoint, readCheckpoint as read, writeCheckpoint } from '../../src/training/checkpoint.js';
import { readTensorFile, writeTensorFile } from '../../src/training/index.js';
import { historyOf, temporaryFolder } from './fixtures.js';

const checkpoint: Checkpoint = {
  key: 'a'.repeat(64),
  history: historyOf([2.25, 1 / 3]),
  state: {
    'conv1/kernel': Float32Array.of(1, 0.1),
    'conv1/kernel/adam/m': Float32Array.of(-0, 3),
    'adam/step': Float32Array.of(7),
  },
  best: { 'conv1/kernel': Float32Array.of(5, 6) },
  startedAt: '2026-01-02T03:04:05.000Z',
  seconds: 12.5,
  resumed: 1,
};

it('a checkpoint comes back as it was written', async (t) => {
  const path = join(temporaryFolder(t), 'run.checkpoint');
  await writeCheckpoint(path, checkpoint);
  assert.deepEqual(await read(path, checkpoint.key), checkpoint);
  const timed = { ...checkpoint, processors: { all: 25_000, busy: 13_000, own: 12_400.5 } };
  await writeCheckpoint(path, timed);
  assert.deepEqual(await read(path, checkpoint.key), timed);
});

it('a checkpoint that is absent, of another run, cut short, or of another form is none', async (t) => {
  const path = join(temporaryFolder(t), 'run.checkpoint');
  assert.equal(await read(path, checkpoint.key), undefined);
  await writeCheckpoint(path, checkpoint);
  assert.equal(await read(path, 'b'.repeat(64)), undefined);
  const whole = readFileSync(path);
  for (const length of [0, 7, 100, whole.length >> 1, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    assert.equal(await read(path, checkpoint.key), undefined, `${length} bytes`);
  }
  writeFileSync(path, whole);
  const { tensors, metadata } = await readTensorFile(path);
  for (const wrong of [
    { history: '[{}]' },
    { history: 'no JSON' },
    { seconds: 'long' },
    { startedAt: undefined },
  ]) {
    const changed = JSON.parse(JSON.stringify({ ...metadata, ...wrong })) as Record<string, string>;
    await writeTensorFile(path, { tensors, metadata: changed });
    assert.equal(await read(path, checkpoint.key), undefined, JSON.stringify(wrong));
  }
});
