import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ContenderProcess } from '../../src/bench/contender-process.js';
import { findKeras, kerasCommand } from '../../src/bench/keras.js';
import { writeArrays } from '../../src/bench/workload.js';
import { countParameters, MODELS, type ModelName } from '../../src/models/index.js';

const BATCH = 8;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-bench-test-'));
  await writeArrays(folder, 40 * BATCH, 0);
});
after(() => rm(folder, { recursive: true, force: true }));

describe('findKeras', () => {
  it('explains why no Keras was found', async () => {
    assert.deepEqual(await findKeras('/nonexistent'), { reason: '/nonexistent: not found' });
    assert.deepEqual(await findKeras('none'), { reason: 'excluded by --python none' });
    assert.deepEqual(await findKeras(folder), { reason: `${folder}: not executable` });
    const node = await findKeras(process.execPath);
    assert.ok(node.path === undefined);
    assert.match(node.reason, /^.*node.*: ./);
  });

  it("quotes Python's own error", async () => {
    const fake = join(folder, 'python');
    await writeFile(
      fake,
      '#!/bin/sh\necho "Traceback" >&2\necho "ModuleNotFoundError: no keras" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    );
    assert.deepEqual(await findKeras(fake), { reason: `${fake}: ModuleNotFoundError: no keras` });
  });
});

describe('the contender in Python', () => {
  const cases = [
    { contender: 'keras', model: 'small', asked: 3, done: 3 },
    // Whole executions of 20 steps.
    { contender: 'kerasTuned', model: 'baseline', asked: 3, done: 20 },
  ] as const satisfies { contender: 'keras' | 'kerasTuned'; model: ModelName; asked: number; done: number }[];

  for (const { contender, model, asked, done } of cases) {
    it(`trains the same ${model} network on request (${contender})`, async (t) => {
      const keras = await findKeras(undefined);
      if (keras.path === undefined) return t.skip(`no Python with Keras: ${keras.reason}`);
      const config = { python: keras.path, contender, model, batchSize: BATCH, folder };
      const child = new ContenderProcess(kerasCommand(config));
      t.after(() => child.end());
      const { parameters, versions } = await child.ready();
      assert.equal(parameters, countParameters(MODELS[model]));
      assert.deepEqual(versions, keras.versions);
      const { work, loss, peakMemoryBytes } = await child.time(asked);
      assert.equal(work, done * BATCH);
      assert.ok(Math.abs(loss! - Math.log(10)) < 1, String(loss));
      assert.ok(peakMemoryBytes === null || peakMemoryBytes > 50e6);
      assert.equal((await child.time(80)).work, 80 * BATCH, 'two epochs of 40 steps');
    });
  }
});
