import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { it, type TestContext } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { type DatasetSource, runKey, train } from '../../src/index.js';
import { datasetFor, loadSource, type RunAllOptions, RunStore, runAll } from '../../src/runs/index.js';
import { trainInWorkers } from '../../src/runs/pool.js';
import { refusal } from '../support/refusal.js';
import { reproducible, temporaryFolder, tinySpec } from '../training/fixtures.js';
import { planned, script, shapes, tinyRun, until } from './fixtures.js';

const SHAPES: DatasetSource = { kind: 'shapes' };
const datasets = [{ dataset: shapes, source: SHAPES }];

const optionsFor = async (t: TestContext): Promise<RunAllOptions> => ({
  datasets,
  engine: await startEngine('wasm'),
  store: new RunStore(temporaryFolder(t)),
  jobs: 1,
});

it('runs are trained once and then found, in the order asked for, equal specs as one', async (t) => {
  const options = await optionsFor(t);
  const trained: number[] = [];
  const onTrained = ({ spec }: { spec: { seed: number } }) => trained.push(spec.seed);
  const first = await runAll([tinyRun(1), tinyRun(0), tinyRun(1)], { ...options, onTrained });
  assert.deepEqual(
    first.map(({ record, recorded }) => [record.spec.seed, recorded]),
    [
      [1, false],
      [0, false],
      [1, false],
    ],
  );
  assert.deepEqual(trained.sort(), [0, 1]);
  const again = await runAll([tinyRun(0), tinyRun(1)], { ...options, onTrained });
  assert.deepEqual(
    again.map(({ recorded }) => recorded),
    [true, true],
  );
  assert.equal(trained.length, 2);
});

it('runs trained apart have a process each, and the same results', async (t) => {
  const options = await optionsFor(t);
  const specs = [tinyRun(0), tinyRun(1)];
  const processes = new Set<string>();
  const apart = await runAll(specs, {
    ...options,
    apart: true,
    // While one trains, the folder shows who claims its run.
    onProgress: () => {
      for (const spec of specs)
        void options.store.claimOf(runKey(spec)).then((lock) => lock?.holder && processes.add(lock.holder));
    },
  });
  assert.equal(processes.size, 2);
  assert.ok(![...processes].some((holder) => holder.startsWith(`${process.pid}@`)));
  const here = await runAll(specs, await optionsFor(t));
  for (const [i, { record }] of apart.entries()) {
    assert.deepEqual(reproducible(record), reproducible(here[i]!.record));
    const { othersShare } = record.provenance;
    assert.ok(othersShare !== undefined && othersShare >= 0 && othersShare <= 1);
  }
});

it('a record that cannot be read stops its own run only', async (t) => {
  const options = await optionsFor(t);
  const broken = `${options.store.folder}/${runKey(tinyRun(9))}.json`;
  writeFileSync(broken, '{');
  assert.equal((await runAll([tinyRun(0), tinyRun(1)], options)).length, 2);
  await assert.rejects(
    runAll([tinyRun(9)], options),
    refusal({ what: 'not a valid run record', where: broken }),
  );
});

it('where somebody listens for failures the other runs are trained, and an error at the end lists what failed', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const hopeless = { ...tinyRun(7), batchSize: 512 };
  const failed: number[] = [];
  const all = runAll([hopeless, tinyRun(8)], {
    datasets: [{ dataset: shapes, source: { kind: 'shapes' } }],
    engine: await startEngine('wasm'),
    store,
    jobs: 1,
    onFailed: ({ seed }) => void failed.push(seed),
  });
  const found = 'tiny, seed 7: there are fewer training images';
  await assert.rejects(all, refusal({ what: '1 run failed', found, remedy: 'trying again cannot help' }));
  assert.deepEqual([failed, (await store.list()).length], [[7], 1]);
});

it('a signal stops a run at the batch where it aborts, and no other run begins', async (t) => {
  const options = await optionsFor(t);
  const tensors = tf.memory().numTensors;
  const controller = new AbortController();
  let batch = '';
  const stopped = runAll([tinyRun(0, 2_000), tinyRun(1, 2_000)], {
    ...options,
    signal: controller.signal,
    onProgress({ detail }) {
      assert.equal(batch, '', 'nothing is reported after the abort');
      batch = /batch .*/.exec(detail ?? '')?.[0] ?? '';
      if (batch) controller.abort();
    },
  });
  await assert.rejects(stopped, (error) =>
    refusal({ what: 'training was interrupted', where: `(${batch})` })(error),
  );
  assert.deepEqual(
    readdirSync(options.store.folder).filter((name) => !name.endsWith('.checkpoint')),
    [],
  );
  assert.equal(tf.memory().numTensors, tensors, 'no tensor is left');
});

it('two calls that ask for a run at once train it once, and an interrupted one leaves it to the other', async (t) => {
  const options = await optionsFor(t);
  const controller = new AbortController();
  const spec = tinyRun(0, 20);
  const waiting: string[] = [];
  const first = runAll([spec], {
    ...options,
    signal: controller.signal,
    onProgress: () => waiting.length > 0 && controller.abort(),
  });
  await until(() => options.store.isClaimed(runKey(spec)));
  const onWaiting = ({ detail = '' }) => void (detail.startsWith('waiting') && waiting.push(detail));
  const others = [1, 2].map(() => runAll([spec], { ...options, onProgress: onWaiting }));
  await assert.rejects(first, refusal({ what: 'training was interrupted' }));
  const answers = (await Promise.all(others)).map(([run]) => run!);
  assert.deepEqual(answers.map(({ recorded }) => recorded).sort(), [false, true]);
  assert.deepEqual(answers[0]!.record, answers[1]!.record);
  assert.equal(answers[0]!.record.history.length, 20);
  assert.match(waiting[0]!, new RegExp(`process ${process.pid}@`));
});

it('waiting for another process can be interrupted', async (t) => {
  const options = await optionsFor(t);
  const spec = tinyRun(0);
  const controller = new AbortController();
  await options.store.claim(
    runKey(spec),
    () =>
      assert.rejects(
        runAll([spec], { ...options, signal: controller.signal, onProgress: () => controller.abort() }),
        refusal({ what: 'interrupted while waiting' }),
      ),
    {},
  );
  assert.deepEqual(readdirSync(options.store.folder), []);
});

/** Asks for a run in a process of its own; prints that it waits, and at last whether it found the record. */
const asking = (folder: string, spec = tinyRun(0, 30)) =>
  script(
    `const dataset = shapesDataset({ train: 10_000, test: 2_000, seed: 0 });
     const store = new (runs('index.js').RunStore)(folder);
     const [run] = await runs('index.js').runAll([spec], {
       datasets: [{ dataset, source: { kind: 'shapes' } }], engine: await startEngine('wasm'), store, jobs: 1,
       onProgress: ({ detail }) => { if (/waiting/.test(detail)) console.log('waiting'); },
     });
     console.log('recorded: ' + run.recorded);`,
    { folder, spec },
  );

const linux = { skip: process.platform === 'win32' && 'stops a process by a signal', timeout: 300_000 };

it(
  'of two processes that ask for a run one trains it, and the other waits for its record',
  linux,
  async (t) => {
    const folder = temporaryFolder(t);
    const store = new RunStore(folder);
    const spec = tinyRun(0, 30);
    const first = asking(folder, spec);
    await until(() => store.isClaimed(runKey(spec)));
    first.child.kill('SIGSTOP');
    const second = asking(folder, spec);
    await until(() => second.output().includes('waiting'));
    first.child.kill('SIGCONT');
    assert.deepEqual([await first.ended, await second.ended], [0, 0], first.output() + second.output());
    assert.equal(first.output(), 'recorded: false\n');
    assert.equal(second.output(), 'waiting\nrecorded: true\n');
    const record = (await store.get(runKey(spec)))!;
    assert.deepEqual([record.history.length, record.provenance.resumed], [30, 0]);
  },
);

it('the one that waits takes over from the checkpoint when the other is killed', linux, async (t) => {
  const folder = temporaryFolder(t);
  const store = new RunStore(folder);
  const spec = tinyRun(0, 30);
  const first = asking(folder, spec);
  await until(() => readdirSync(folder).some((name) => name.endsWith('.checkpoint')));
  first.child.kill('SIGSTOP');
  const second = asking(folder, spec);
  await until(() => second.output().includes('waiting'));
  first.child.kill('SIGKILL');
  assert.equal(await second.ended, 0, second.output());
  assert.equal(second.output(), 'waiting\nrecorded: false\n');
  const record = (await store.get(runKey(spec)))!;
  assert.deepEqual([record.history.length, record.provenance.resumed], [30, 1]);
  await store.removeLeftovers();
  assert.deepEqual(readdirSync(folder).sort(), [`${record.key}.json`, `${record.key}.safetensors`]);
});

it('a run trains on its own dataset, here and in a worker process that had another one before', async (t) => {
  const options = await optionsFor(t);
  const POSITIONS: DatasetSource = { kind: 'positions', train: 500, test: 100, seed: 0 };
  const positions = await loadSource(POSITIONS);
  const both = [...datasets, { dataset: positions, source: POSITIONS }];
  const specs = [shapes, positions].map((dataset) => tinySpec(dataset, { maxEpochs: 1 }));
  const here = await runAll(specs, { ...options, datasets: both });
  const apart = new RunStore(temporaryFolder(t));
  const sourceFor = (spec: (typeof specs)[number]) => datasetFor(both, spec).source;
  await trainInWorkers(planned(...specs), { jobs: 1, engine: 'wasm', store: apart, sourceFor });
  for (const [i, { dataset }] of both.entries()) {
    const spec = specs[i]!;
    const expected = reproducible((await train(spec, dataset)).record);
    assert.deepEqual(reproducible(here[i]!.record), expected);
    assert.deepEqual(reproducible((await apart.get(runKey(spec)))!), expected);
  }
});

it('a run of another dataset is refused by name of the datasets there are', async (t) => {
  const options = await optionsFor(t);
  const other = { ...tinyRun(0), dataset: 'e'.repeat(64) };
  await assert.rejects(
    runAll([other], options),
    refusal({ what: 'another dataset', found: 'eeee', expected: `${shapes.fingerprint} (shapes)` }),
  );
});
