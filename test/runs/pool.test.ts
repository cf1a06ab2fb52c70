import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { WhyconvError } from '../../src/base/errors.js';
import { startEngine } from '../../src/engine/index.js';
import { RunStore } from '../../src/runs/index.js';
import { type PoolOptions, trainInWorkers } from '../../src/runs/pool.js';
import { type RunSpec, runKey, train } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { reproducible, temporaryFolder } from '../training/fixtures.js';
import { children, isGone, planned, script, shapes, tinyRun, until } from './fixtures.js';

/** Of a dataset that no worker has. */
const untrainable = (seed: number): RunSpec => ({ ...tinyRun(seed), dataset: 'e'.repeat(64) });

const skip = process.platform !== 'linux' && 'finds child processes under /proc';

describe('the pool', { skip, timeout: 600_000 }, () => {
  const pool = (t: TestContext, jobs: number): PoolOptions => {
    const store = new RunStore(temporaryFolder(t));
    return { jobs, engine: 'wasm', store, sourceFor: () => ({ kind: 'shapes' }) };
  };
  const endingIn = (ending: string, { store }: PoolOptions) =>
    readdirSync(store.folder).filter((name) => name.endsWith(ending));

  it('workers produce the records that training here produces, report how far they are, and end', async (t) => {
    await startEngine('wasm');
    const options = pool(t, 2);
    const specs = [tinyRun(0), tinyRun(1)];
    const done: [number, string][] = [];
    let last = 0;
    await trainInWorkers(planned(...specs), {
      ...options,
      onDone: async ({ seed }, how) => void done.push([seed, how]),
      onProgress: ({ fraction }) => {
        assert.ok(fraction >= last && fraction <= 1);
        last = fraction;
      },
    });
    assert.deepEqual(children(), []);
    assert.deepEqual(done.sort(), [
      [0, 'trained'],
      [1, 'trained'],
    ]);
    assert.ok(Math.abs(last - 1) < 1e-9);
    for (const spec of specs) {
      const here = await train(spec, shapes);
      assert.deepEqual(reproducible((await options.store.get(runKey(spec)))!), reproducible(here.record));
    }
  });

  it('workers cost their run the current epoch when they are killed, and are started again', async (t) => {
    const options = pool(t, 1);
    const spec = tinyRun(0, 6);
    let kills = 0;
    await trainInWorkers(planned(spec), {
      ...options,
      onProgress: () => {
        if (kills > 0 || endingIn('.checkpoint', options).length === 0) return;
        kills++;
        for (const child of children()) process.kill(child, 'SIGKILL');
      },
    });
    assert.equal(kills, 1);
    const record = (await options.store.get(runKey(spec)))!;
    assert.deepEqual([record.history.length, record.provenance.resumed], [6, 1]);
    assert.deepEqual([children(), endingIn('.lock', options)], [[], []]);
  });

  it('workers are started again when they are killed between two runs', async (t) => {
    const options = pool(t, 1);
    const done: number[] = [];
    await trainInWorkers(planned(tinyRun(0), tinyRun(1), tinyRun(2)), {
      ...options,
      async onDone({ seed }) {
        done.push(seed);
        const workers = children();
        for (const worker of workers) process.kill(worker, 'SIGKILL');
        // The pool knows of the worker's death when it starts the second run, and does not when it starts the third.
        if (seed === 0) await until(() => workers.every(isGone));
      },
    });
    assert.deepEqual(done, [0, 1, 2]);
    assert.deepEqual(children(), []);
  });

  it('workers stop at their next batch when they are asked to, with the checkpoint kept and the claim given up', async (t) => {
    const options = pool(t, 1);
    const controller = new AbortController();
    const spec = tinyRun(0, 2_000);
    const stopped = trainInWorkers(planned(spec), {
      ...options,
      signal: controller.signal,
      onProgress: () => endingIn('.checkpoint', options).length > 0 && controller.abort(),
    });
    await assert.rejects(stopped, refusal({ what: 'training was interrupted', where: 'tiny, seed 0' }));
    assert.deepEqual(children(), [], 'none is left when the promise settles');
    assert.deepEqual(readdirSync(options.store.folder), [`${runKey(spec)}.checkpoint`]);
  });

  it('workers are killed where they do not stop, with the checkpoint kept', async (t) => {
    const options = pool(t, 1);
    const controller = new AbortController();
    const spec = tinyRun(0, 2_000);
    const stopped = trainInWorkers(planned(spec), {
      ...options,
      signal: controller.signal,
      onProgress() {
        if (endingIn('.checkpoint', options).length === 0 || controller.signal.aborted) return;
        for (const child of children()) process.kill(child, 'SIGSTOP');
        controller.abort();
      },
    });
    await assert.rejects(stopped, refusal({ what: 'training was interrupted' }));
    assert.deepEqual(children(), []);
    assert.deepEqual(readdirSync(options.store.folder), [`${runKey(spec)}.checkpoint`]);
  });

  it('workers are not started where the signal has aborted before', async (t) => {
    const pooled = trainInWorkers(planned(tinyRun(0)), { ...pool(t, 2), signal: AbortSignal.abort() });
    await assert.rejects(pooled, refusal({ what: 'training was interrupted' }));
    await trainInWorkers([], { ...pool(t, 2), signal: AbortSignal.abort() });
  });

  it('workers all end when a run cannot be trained, and nothing is trained after the error', async (t) => {
    const options = pool(t, 2);
    const done: number[] = [];
    const failed = trainInWorkers(planned(untrainable(9), tinyRun(0, 2_000), tinyRun(1), tinyRun(2)), {
      ...options,
      onDone: async ({ seed }) => void done.push(seed),
    });
    await assert.rejects(failed, refusal({ what: 'another dataset', where: 'tiny, seed 9' }));
    assert.deepEqual(children(), []);
    assert.deepEqual([done, endingIn('.json', options), endingIn('.lock', options)], [[], [], []]);
  });

  it('workers train the others where somebody listens for the runs that fail, and each failure is noted', async (t) => {
    const options = pool(t, 2);
    const failed: [number, boolean][] = [];
    const done: number[] = [];
    await trainInWorkers(planned(untrainable(9), tinyRun(0), tinyRun(1)), {
      ...options,
      onDone: async ({ seed }) => void done.push(seed),
      onFailed: ({ seed }, error) =>
        void failed.push([seed, error instanceof WhyconvError && error.exitCode === 65]),
    });
    assert.deepEqual([failed, done.sort()], [[[9, true]], [0, 1]], 'trying again cannot help');
    const note = await options.store.failure(runKey(untrainable(9)));
    assert.ok(note?.hopeless && note.message.startsWith('the run is specified for another dataset'));
  });

  it('workers pass on a defect with its stack', async (t) => {
    const [run] = planned(tinyRun(0));
    const layers = [{ kind: 'of no kind' }] as never;
    const broken = { ...run!, spec: { ...run!.spec, model: { ...run!.spec.model, layers } } };
    await assert.rejects(trainInWorkers([broken], pool(t, 1)), (error: Error) => {
      assert.ok(!(error instanceof WhyconvError), error.message);
      assert.match(error.stack!, /training|models/, 'where in the worker it was thrown');
      return true;
    });
  });

  it('a process whose workers could not train a run exits, and reports the error once and without a stack', async (t) => {
    const body = `
      const store = new (runs('index.js').RunStore)(folder);
      await runs('pool.js').trainInWorkers(planned, { jobs: 2, engine: 'wasm', store, sourceFor: () => ({ kind: 'shapes' }) });`;
    const folder = temporaryFolder(t);
    const runs = planned(untrainable(9), tinyRun(0, 2_000), tinyRun(1), tinyRun(2));
    const { ended, output } = script(body, { folder, planned: runs });
    assert.equal(await ended, 1);
    assert.match(output(), /^error: the run is specified for another dataset/);
    assert.doesNotMatch(output(), /\n +at |EPIPE|ERR_IPC/);
  });

  it('workers end by themselves, while they compute, when their parent is killed', async (t) => {
    const body = `
      const store = new (runs('index.js').RunStore)(folder);
      await runs('pool.js').trainInWorkers(planned, { jobs: 2, engine: 'wasm', store, sourceFor: () => ({ kind: 'shapes' }) });`;
    const folder = temporaryFolder(t);
    const specs = [tinyRun(0, 20_000), tinyRun(1, 20_000)];
    const { child, ended } = script(body, { folder, planned: planned(...specs) });
    await until(() => readdirSync(folder).filter((name) => name.endsWith('.checkpoint')).length === 2);
    const workers = children(child.pid);
    assert.equal(workers.length, 2);
    child.kill('SIGKILL');
    await until(() => workers.every(isGone));
    await ended;
    const names = specs.map((spec) => `${runKey(spec)}.checkpoint`);
    assert.deepEqual(readdirSync(folder).sort(), names.sort(), 'claims are given up, checkpoints kept');
  });
});
