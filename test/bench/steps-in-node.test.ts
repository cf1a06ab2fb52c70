import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readArrays, type Tables, writeArrays } from '../../src/bench/arrays.js';
import { compiledSteps } from '../../src/bench/compiled-steps.js';
import { layersFit } from '../../src/bench/layers-fit.js';
import { matmul } from '../../src/bench/matmul.js';
import { benchmarkSpec } from '../../src/bench/spec.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { countParameters, MODELS } from '../../src/models/index.js';

const BATCH = 8;
const COUNT = 300;
let folder: string;
let tables: Tables;

before(async () => {
  await startEngine();
  folder = await mkdtemp(join(tmpdir(), 'whyconv-bench-test-'));
  await writeArrays(folder, COUNT, 0);
  tables = await readArrays(folder);
});
after(() => rm(folder, { recursive: true, force: true }));

describe('arrays', () => {
  it('are noise over all values, the same for the same seed', async () => {
    assert.equal(tables.images.length, COUNT * 32 * 32 * 3);
    assert.equal(tables.labels.length, COUNT);
    assert.equal(new Set(tables.images).size, 256);
    assert.deepEqual([...new Set(tables.labels)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const mean = tables.images.reduce((sum, value) => sum + value, 0) / tables.images.length;
    assert.ok(Math.abs(mean - 127.5) < 1, String(mean));
    await writeArrays(folder, COUNT, 0);
    assert.deepEqual((await readArrays(folder)).images, tables.images);
    await writeArrays(folder, COUNT, 1);
    assert.notDeepEqual((await readArrays(folder)).images, tables.images);
  });
});

describe('contenders in Node', () => {
  const spec = benchmarkSpec(MODELS.small, BATCH);
  const parameters = countParameters(MODELS.small);

  for (const compile of [true, false]) {
    it(`train our steps, ${compile ? 'compiled' : 'eager'}: from chance, past the end of an epoch`, async () => {
      const contender = compiledSteps(spec, tables, compile);
      assert.equal(contender.about.parameters, parameters);
      const first = await contender.time(1);
      assert.equal(first.work, BATCH);
      assert.ok(Math.abs(first.loss! - Math.log(10)) < 0.3, String(first.loss));
      const steps = Math.ceil(COUNT / BATCH) + 2;
      const { work, seconds, loss, phases } = await contender.time(steps);
      assert.equal(work, steps * BATCH);
      assert.ok(Number.isFinite(loss!));
      const { input, run, readBack } = phases!;
      assert.ok(input > 0 && run > 0);
      assert.equal(readBack === null, !contender.about.compiled);
      const total = input + run + (readBack ?? 0);
      assert.ok(Math.abs(total - (1000 * seconds) / steps) < 1e-6, 'phases sum up to the step');
    });
  }

  it("train TensorFlow.js's model on whole epochs or a part of one", async () => {
    const contender = layersFit(spec, tables);
    assert.equal(contender.about.parameters, parameters);
    const tensors = tf.memory().numTensors;
    const part = await contender.time(3);
    assert.equal(part.work, 3 * BATCH);
    assert.ok(Math.abs(part.loss! - Math.log(10)) < 0.3, String(part.loss));
    const grown = tf.memory().numTensors;
    await contender.time(3);
    assert.equal(tf.memory().numTensors, grown, 'a repetition keeps no tensors');
    assert.ok(grown - tensors < 100, "only the optimizer's state is new");
  });

  it('multiply matrices and keep nothing', async () => {
    const contender = matmul();
    const before = tf.memory().numTensors;
    const { work } = await contender.time(1);
    assert.ok(work === 2 * 2048 ** 3 || work === 2 * 512 ** 3);
    assert.equal(tf.memory().numTensors, before);
  });
});
