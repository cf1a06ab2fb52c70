import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryName } from '../../src/base/files.js';
import { shapesDataset } from '../../src/data/index.js';
import { initialWeights } from '../../src/models/index.js';
import { RunStore } from '../../src/runs/index.js';
import { parseRunRecord, TRAINING_SEMANTICS, writeTensorFile } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { historyOf, temporaryFolder, tinySpec } from '../training/fixtures.js';
import { finishedRun, script, until } from './fixtures.js';

const dataset = shapesDataset({ train: 10, test: 10, seed: 0 });

const finished = (seed = 0) => finishedRun(tinySpec(dataset, { seed }));

describe('the store', () => {
  it('the store returns a record and its weights as they were put, and drops the checkpoint', async (t) => {
    const store = new RunStore(join(temporaryFolder(t), 'not', 'yet', 'there'));
    const { record, weights } = finished();
    assert.equal(await store.get(record.key), undefined);
    assert.deepEqual(await store.list(), []);
    await store.put({ record, weights });
    writeFileSync(store.checkpointPath(record.key), 'of a run that is done');
    await store.put({ record, weights });
    assert.deepEqual(await store.get(record.key), record);
    assert.deepEqual(await store.weights(record), initialWeights(record.spec.model, 0));
    assert.deepEqual(readdirSync(store.folder).sort(), [`${record.key}.json`, `${record.key}.safetensors`]);
  });

  it('the store reads another one underneath, whose records come first, and writes into its own folder only', async (t) => {
    const base = new RunStore(temporaryFolder(t));
    const store = new RunStore(temporaryFolder(t), base);
    const [known, own] = [finished(0), finished(1)];
    await base.put(known);
    await store.put(own);
    await store.put({ ...known, record: { ...known.record, parameters: 7 } });
    assert.deepEqual(await store.get(known.record.key), known.record);
    assert.deepEqual(await store.get(own.record.key), own.record);
    assert.deepEqual(await store.weights(known.record), initialWeights(known.record.spec.model, 0));
    assert.deepEqual(
      (await store.list()).map(({ key }) => key),
      [known, own].map(({ record }) => record.key).sort(),
    );
    assert.deepEqual((await base.list()).length, 1);
    assert.equal(
      (await store.list()).find(({ key }) => key === known.record.key)!.parameters,
      known.record.parameters,
    );
  });

  it('the store finds a measurement underneath by what it was made from, and by part of it', async (t) => {
    const base = new RunStore(temporaryFolder(t));
    const store = new RunStore(temporaryFolder(t), base);
    const from = { run: 'a', weights: 'w', images: 32 };
    const parse = (json: unknown) => json as number;
    await base.measurement('size', from, parse, async () => 7);
    assert.equal(await store.measurement('size', from, parse, () => assert.fail('measured again')), 7);
    assert.equal(await store.findMeasurement('size', { run: 'a', images: 32 }, parse), 7);
    assert.equal(await store.findMeasurement('size', { run: 'a', images: 33 }, parse), undefined);
    assert.equal(await store.findMeasurement('size', { run: 'a', side: 1 }, parse), undefined);
    assert.equal(await store.findMeasurement('width', { run: 'a' }, parse), undefined);
    await store.measurement('size', { ...from, run: 'b' }, parse, async () => 8);
    assert.equal(readdirSync(base.folder).length, 1);
  });

  it('the store keeps losses that are not numbers', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const { record, weights } = finished();
    const { results: _, ...diverged } = {
      ...record,
      status: 'diverged' as const,
      history: historyOf([2, Number.NaN]),
    };
    await store.put({ record: diverged, weights });
    assert.ok(Number.isNaN((await store.get(record.key))!.history[1]!.validationLoss));
    const odd = { ...record.results!, test: { ...record.results!.test, loss: Number.POSITIVE_INFINITY } };
    await store.put({ record: { ...record, results: odd }, weights });
    assert.ok(Number.isNaN((await store.get(record.key))!.results!.test.loss), 'a test loss that overflowed');
  });

  it('the store lists records in the order of their keys, and no other files of its folder', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const runs = [finished(0), finished(1), finished(2)];
    for (const run of runs) await store.put(run);
    for (const name of ['notes.json', `${'a'.repeat(64)}.measurement.json`, '.tmp'])
      writeFileSync(join(store.folder, name), '?');
    const keys = (await store.list()).map(({ key }) => key);
    assert.deepEqual(keys, runs.map(({ record }) => record.key).sort());
  });

  it('the store refuses a record that is not valid or is of another run, and names the file', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const { record, weights } = finished();
    await store.put({ record, weights });
    const path = join(store.folder, `${record.key}.json`);
    const text = readFileSync(path, 'utf8');
    const where = { what: 'not a valid run record', where: path, remedy: 'delete the file' };
    for (const broken of ['', text.slice(0, -10), 'null', '[]', '{}']) {
      writeFileSync(path, broken);
      await assert.rejects(store.get(record.key), refusal(where));
      await assert.rejects(store.list(), refusal(where));
    }
    const other = finished(1);
    await store.put(other);
    renameSync(join(store.folder, `${other.record.key}.json`), path);
    await assert.rejects(
      store.get(record.key),
      refusal({ what: 'name of another run', where: path, found: other.record.key }),
    );
  });

  it('the store takes a record of earlier semantics of training for none, and replaces it', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const { record, weights } = finished();
    await store.put({ record: { ...record, semantics: record.semantics - 1 }, weights });
    assert.deepEqual([await store.get(record.key), await store.list()], [undefined, []]);
    await store.put({ record, weights });
    assert.deepEqual(await store.list(), [record]);
  });

  it('the store refuses weights that are cut short or of another model, and returns undefined where there is no file', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const { record, weights } = finished();
    await store.put({ record, weights });
    const path = join(store.folder, `${record.key}.safetensors`);
    writeFileSync(path, readFileSync(path).subarray(0, -4));
    await assert.rejects(store.weights(record), refusal({ where: path }));
    await writeTensorFile(path, { tensors: {}, metadata: {} });
    await assert.rejects(store.weights(record), refusal({ where: path, found: 'no tensor conv1/kernel' }));
    const scalar = { shape: [1], values: new Float32Array(1) };
    await writeTensorFile(path, { tensors: { 'conv1/kernel': scalar }, metadata: {} });
    await assert.rejects(
      store.weights(record),
      refusal({ where: path, found: 'shape [1]', expected: 'shape [3, 3, 3, 2]' }),
    );
    rmSync(path);
    assert.equal(await store.weights(record), undefined);
  });

  it('the store computes a measurement once for what it was computed from', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    let computed = 0;
    const measure = (name: string, from: unknown) =>
      store.measurement(name, from, Number, async () => {
        computed++;
        return 42;
      });
    assert.deepEqual([await measure('a', { x: 1, y: 2 }), await measure('a', { y: 2, x: 1 })], [42, 42]);
    assert.equal(computed, 1);
    await measure('b', { x: 1, y: 2 });
    await measure('a', { x: 1, y: 3 });
    assert.equal(computed, 3);
    const [name] = readdirSync(store.folder);
    for (const file of readdirSync(store.folder)) writeFileSync(join(store.folder, file), '{');
    await assert.rejects(
      measure('a', { x: 1, y: 2 }),
      refusal({ what: 'not a valid measurement', where: store.folder }),
    );
    assert.ok(existsSync(join(store.folder, name!)));
  });

  it('the store refuses a measurement that is not finite when it is made, and keeps nothing of it', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const measuring = store.measurement<unknown>('error', { run: 'a' }, Number, async () => [
        { mean: 1, sd: odd },
      ]);
      await assert.rejects(
        measuring,
        refusal({ what: 'not finite', where: 'error, measured from {"run":"a"}', found: `sd: ${odd}` }),
      );
    }
    assert.deepEqual(readdirSync(store.folder), []);
  });

  it('the store returns a measurement that it cannot keep', async (t) => {
    const file = join(temporaryFolder(t), 'a-file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'runs')]) {
      assert.equal(await new RunStore(folder).measurement('a', { x: 1 }, Number, async () => 42), 42);
    }
  });

  it('the store is empty where there is no folder, and refuses to list what is none', async (t) => {
    const file = join(temporaryFolder(t), 'a-file');
    writeFileSync(file, '');
    assert.deepEqual(await new RunStore(join(file, 'runs')).list(), []);
    const refused = refusal({ what: 'records of runs cannot be read here', where: file, found: 'ENOTDIR' });
    await assert.rejects(new RunStore(file).list(), refused);
    await assert.rejects(new RunStore(file).removeLeftovers(), refused);
  });

  it('the store removes what killed processes left half-written or claimed, and keeps checkpoints', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const { record, weights } = finished();
    await store.put({ record, weights });
    writeFileSync(store.checkpointPath(record.key), 'of a killed process');
    const kept = readdirSync(store.folder);
    const body = `
      const store = new (runs('index.js').RunStore)(folder);
      require('node:fs').writeFileSync(temporary.replace(/\\d+@/, process.pid + '@'), '');
      await store.claim(key, () => { console.log('claimed'); return new Promise(() => setInterval(() => {}, 1000)); }, {});`;
    const temporary = temporaryName(join(store.folder, 'record.json'));
    const { child, ended, output } = script(body, { folder: store.folder, key: record.key, temporary });
    await until(() => output().includes('claimed'));
    await store.removeLeftovers();
    assert.equal(readdirSync(store.folder).length, kept.length + 2, 'their process is alive');
    child.kill('SIGKILL');
    await ended;
    await store.removeLeftovers();
    assert.deepEqual(readdirSync(store.folder), kept);
    await new RunStore(join(store.folder, 'absent')).removeLeftovers();
  });

  it('the folder of the store is WHYCONV_RUNS, by default reports/runs', (t) => {
    const before = process.env.WHYCONV_RUNS;
    t.after(() => {
      if (before === undefined) delete process.env.WHYCONV_RUNS;
      else process.env.WHYCONV_RUNS = before;
    });
    process.env.WHYCONV_RUNS = '/somewhere/else';
    assert.equal(new RunStore().folder, '/somewhere/else');
    process.env.WHYCONV_RUNS = '';
    assert.match(new RunStore().folder, /reports[/\\]runs$/);
  });
});

describe('parsing a run record', () => {
  it('a record that does not parse is refused by the name of the field', () => {
    const { record } = finished();
    const change: [string, (copy: Record<string, unknown>) => void][] = [
      [
        'version',
        (copy) => {
          copy.version = 'two';
        },
      ],
      [
        'status',
        (copy) => {
          copy.status = 'done';
        },
      ],
      [
        'spec.batchSize',
        (copy) => {
          (copy.spec as { batchSize: unknown }).batchSize = 'many';
        },
      ],
      [
        'history[1].epoch',
        (copy) => {
          (copy.history as { epoch: unknown }[])[1]!.epoch = '2';
        },
      ],
      [
        'results.test.confusion',
        (copy) => {
          (copy.results as { test: { confusion: unknown } }).test.confusion = 3;
        },
      ],
      [
        'provenance.cores',
        (copy) => {
          delete (copy.provenance as { cores?: number }).cores;
        },
      ],
      [
        'key',
        (copy) => {
          delete copy.key;
        },
      ],
    ];
    assert.deepEqual(parseRunRecord(JSON.stringify(record), 'x'), record);
    for (const [field, apply] of change) {
      const copy = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
      apply(copy);
      const parts = { what: 'not a valid run record', where: 'a.json', found: field };
      assert.throws(() => parseRunRecord(JSON.stringify(copy), 'a.json'), refusal(parts), field);
    }
  });
});

it('records of an earlier format or earlier semantics answer nothing, are counted, and stay where they are', async (t) => {
  const folder = temporaryFolder(t);
  const store = new RunStore(folder);
  const run = finished();
  await store.put(run);
  const path = join(folder, `${run.record.key}.json`);
  const stored = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  for (const change of [{ version: 1 }, { semantics: TRAINING_SEMANTICS - 1 }, { semantics: undefined }]) {
    writeFileSync(path, JSON.stringify({ ...stored, ...change }));
    assert.equal(await store.get(run.record.key), undefined);
    assert.deepEqual([await store.list(), await store.countOutdated()], [[], 1]);
    assert.ok(existsSync(path));
  }
  await store.put(run);
  assert.equal(await store.countOutdated(), 0);
});
