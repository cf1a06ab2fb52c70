import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compiledSteps, layersFit, matmul } from '../../src/bench/node-contenders.js';
import { benchmarkSpec, readArrays, type Tables, writeArrays } from '../../src/bench/workload.js';
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

describe('a contender in Node', () => {
  const spec = benchmarkSpec(MODELS.small, BATCH);
  const parameters = countParameters(MODELS.small);

  for (const compile of [true, false]) {
    it(`trains our ${compile ? 'compiled' : 'eager'} steps from chance and past the end of an epoch`, async () => {
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
      assert.ok(Math.abs(total - (1000 * seconds) / steps) < 1e-6, 'the phases add up to the step');
    });
  }

  it("trains TensorFlow.js's model on whole epochs or part of one", async () => {
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

  it('multiplies matrices and keeps no tensors', async () => {
    const contender = matmul();
    const before = tf.memory().numTensors;
    const { work } = await contender.time(1);
    assert.ok(work === 2 * 2048 ** 3 || work === 2 * 512 ** 3);
    assert.equal(tf.memory().numTensors, before);
  });
});
