import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { runWorker, type WorkerOptions } from '../../src/cluster/index.js';
import { startEngine } from '../../src/engine/index.js';
import { FailedRunsError, RunStore } from '../../src/runs/index.js';
import { type RunRecord, type RunSpec, runKey, train } from '../../src/training/index.js';
import { type Script, script, shapes, tinyRun, until } from '../runs/fixtures.js';
import { refusal } from '../support/refusal.js';
import { reproducible, temporaryFolder } from '../training/fixtures.js';

/** A worker in a process of its own, on the wasm engine. */
function worker(folder: string, specs: readonly RunSpec[], stale?: number): Script {
  const body = `
    await startEngine('wasm');
    const store = new (runs('index.js').RunStore)(folder);
    const dataset = shapesDataset({ train: 10_000, test: 2_000, seed: 0 });
    console.log('ready');
    const report = await runs('../cluster/index.js').runWorker(specs, {
      store, stale: stale ?? undefined, datasetOf: () => dataset, nameOf: ({ seed }) => 'seed ' + seed,
      onTrained: ({ spec }) => console.log('trained ' + spec.seed + '.'),
    });
    console.log(JSON.stringify(report));`;
  return script(body, { folder, specs, stale: stale ?? null });
}

const options = (store: RunStore, change: Partial<WorkerOptions> = {}): WorkerOptions => ({
  store,
  datasetOf: () => shapes,
  nameOf: ({ seed }) => `seed ${seed}`,
  ...change,
});

const endingIn = (ending: string, folder: string) =>
  readdirSync(folder).filter((name) => name.endsWith(ending));

async function requireRight(store: RunStore, specs: readonly RunSpec[]): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const spec of specs) {
    const record = (await store.get(runKey(spec)))!;
    assert.deepEqual(reproducible(record), reproducible((await train(spec, shapes)).record));
    records.push(record);
  }
  const files = specs.flatMap((spec) => [`${runKey(spec)}.json`, `${runKey(spec)}.safetensors`]);
  assert.deepEqual(readdirSync(store.folder).sort(), files.sort(), 'nothing else is left');
  return records;
}

/** The lease of a worker on another host. */
function foreignLease(folder: string, spec: RunSpec): { beat: () => void } {
  const lease = join(folder, `${runKey(spec)}.lock`);
  mkdirSync(lease);
  writeFileSync(join(lease, 'owner'), '7@another-host 00000000');
  let beats = 1;
  return { beat: () => utimesSync(join(lease, 'owner'), ++beats, beats) };
}

describe('a worker', { timeout: 120_000 }, () => {
  before(() => startEngine('wasm'));

  it('shares the runs with others: each is trained once, with the result of training here', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const specs = Array.from({ length: 6 }, (_, seed) => tinyRun(seed, 5));
    const workers = [0, 1, 2].map(() => worker(store.folder, specs));
    for (const { ended, output } of workers) assert.equal(await ended, 0, output());
    const trained = workers.flatMap(({ output }) => output().match(/(?<=trained )\d+/g) ?? []);
    assert.deepEqual(trained.sort(), ['0', '1', '2', '3', '4', '5']);
    await requireRight(store, specs);
  });

  it('that is killed costs its run the current epoch: another takes it over and resumes', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const specs = [tinyRun(0, 15)];
    const killed = worker(store.folder, specs);
    await until(() => endingIn('.checkpoint', store.folder).length > 0);
    killed.child.kill('SIGKILL');
    await killed.ended;
    assert.equal(endingIn('.lock', store.folder).length, 1, 'its lease is left');
    assert.deepEqual(await runWorker(specs, options(store)), { trained: 1, failed: [], elsewhere: 0 });
    const [record] = await requireRight(store, specs);
    assert.equal(record!.provenance.resumed, 1);
  });

  it('that was cut off loses its lease, and does no harm when it is back', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const specs = [tinyRun(0, 20)];
    const frozen = worker(store.folder, specs);
    t.after(() => frozen.child.kill('SIGKILL'));
    await until(() => endingIn('.checkpoint', store.folder).length > 0);
    frozen.child.kill('SIGSTOP');
    const second = worker(store.folder, specs, 700);
    assert.equal(await second.ended, 0, second.output());
    assert.match(second.output(), /trained 0\./);
    frozen.child.kill('SIGCONT');
    assert.equal(await frozen.ended, 0, frozen.output());
    await requireRight(store, specs);
  });

  it('leaves a run to a worker on another host whose heartbeat it sees, and ends', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const specs = [tinyRun(0), tinyRun(1)];
    const lease = foreignLease(store.folder, specs[0]!);
    const heart = setInterval(lease.beat, 200);
    t.after(() => clearInterval(heart));
    assert.deepEqual(await runWorker(specs, options(store)), { trained: 1, failed: [], elsewhere: 1 });
    assert.deepEqual(endingIn('.lock', store.folder), [`${runKey(specs[0]!)}.lock`]);
  });

  it('takes over the lease of a worker on another host that gives no heartbeat', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const specs = [tinyRun(0)];
    foreignLease(store.folder, specs[0]!);
    assert.deepEqual(await runWorker(specs, options(store, { stale: 600 })), {
      trained: 1,
      failed: [],
      elsewhere: 0,
    });
    await requireRight(store, specs);
  });

  it('is refused before it trains where records cannot be written', async (t) => {
    const file = join(temporaryFolder(t), 'a-file');
    writeFileSync(file, '');
    const store = new RunStore(join(file, 'runs'));
    await assert.rejects(
      runWorker([tinyRun(0)], options(store, { onFailed: () => assert.fail('each run would say so') })),
      refusal({ what: 'records of runs cannot be written here' }),
    );
  });

  it('stops where it waits for a lease, too', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    foreignLease(store.folder, tinyRun(0));
    const stopped = runWorker([tinyRun(0)], options(store, { signal: AbortSignal.timeout(500) }));
    await assert.rejects(stopped, refusal({ what: 'training was interrupted' }));
    assert.equal(endingIn('.lock', store.folder).length, 1);
  });

  it('trains the others when a run fails, notes its last words, and no other worker of that time tries it', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    // More images than there are, a folder where the checkpoint should be, a record that is none.
    const hopeless = { ...tinyRun(0), batchSize: 512 };
    const blocked = tinyRun(1);
    const broken = tinyRun(2);
    mkdirSync(join(store.checkpointPath(runKey(blocked)), 'in the way'), { recursive: true });
    writeFileSync(join(store.folder, `${runKey(broken)}.json`), '{');
    const specs = [hopeless, blocked, broken, tinyRun(3)];
    const reported: number[] = [];
    const onFailed = ({ seed }: RunSpec) => void reported.push(seed);
    const { trained, failed } = await runWorker(specs, options(store, { onFailed }));
    assert.deepEqual(
      [trained, reported, failed.map(({ name }) => name)],
      [1, [0, 1, 2], ['seed 0', 'seed 1', 'seed 2']],
    );
    assert.equal(new FailedRunsError(failed).exitCode, 1, 'some may succeed');
    assert.equal(new FailedRunsError(failed.slice(0, 1)).exitCode, 65, 'trying again cannot help');
    const notes = await Promise.all(specs.map((spec) => store.failure(runKey(spec))));
    assert.match(notes[0]!.message, /fewer training images than a batch takes\n +found: +80 images/);
    assert.deepEqual(
      notes.map((note) => note?.hopeless),
      [true, false, false, undefined],
    );
    assert.match(notes[2]!.message, /not a valid run record/);
    assert.deepEqual(endingIn('.lock', store.folder), []);
    await assert.rejects(runWorker(specs, options(store)), refusal({ what: 'fewer training images' }));
  });

  it('removes the note of a failure once the run is trained', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const spec = tinyRun(0);
    await store.noteFailure(runKey(spec), new Error('the disk was full'));
    assert.equal((await store.failure(runKey(spec)))!.message, 'the disk was full');
    await runWorker([spec], options(store));
    await requireRight(store, [spec]);
  });

  it('leaves a run that failed elsewhere after it began', async (t) => {
    const store = new RunStore(temporaryFolder(t));
    const specs = [tinyRun(0), tinyRun(1)];
    const key = runKey(specs[1]!);
    const failure = { key, process: '7@another-host', message: 'it broke', hopeless: false };
    const onTrained = () =>
      writeFileSync(
        join(store.folder, `${key}.failure`),
        JSON.stringify({ ...failure, at: new Date().toISOString() }),
      );
    const { trained, failed } = await runWorker(specs, options(store, { onTrained, onFailed: () => {} }));
    assert.equal(trained, 1);
    assert.match(String(failed[0]!.error), /failed in process 7@another-host[\s\S]*it broke/);
  });
});
