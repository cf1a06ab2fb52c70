import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shapesDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { MODEL_NAMES, MODELS } from '../../src/models/index.js';
import { type LabelledRun, RunStore } from '../../src/study/index.js';
import { trainInWorkers } from '../../src/study/pool.js';
import { schedule } from '../../src/study/schedule.js';
import { parseCores } from '../../src/study/worker-process.js';
import { runKey, train } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { reproducible, temporaryFolder, tinySpec } from '../training/fixtures.js';

/** What a worker loads where it is given no folder. */
const dataset = shapesDataset({ train: 10_000, test: 2_000, seed: 0 });

const run = (seed: number, maxEpochs = 2): LabelledRun => ({
  label: `tiny ${seed}`,
  spec: tinySpec(dataset, { seed, maxEpochs, patience: maxEpochs }),
});

/** Child processes of this one: Linux only. */
function children(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

async function noChildren(): Promise<void> {
  for (let i = 0; i < 100 && children().length > 0; i++) await new Promise((done) => setTimeout(done, 50));
  assert.deepEqual(children(), [], 'no worker is left');
}

describe('the schedule', () => {
  const runs = fc.array(
    fc.record({
      model: fc.constantFrom(...MODEL_NAMES).map((name) => MODELS[name]),
      maxEpochs: fc.integer({ min: 1, max: 40 }),
      train: fc.integer({ min: 100, max: 45_000 }),
    }),
    { maxLength: 8 },
  );
  const jobs = fc.integer({ min: 1, max: 4 });
  const specs = runs.map((all) =>
    all.map(({ model, maxEpochs, train }, seed) => {
      const base = tinySpec(dataset, { model, maxEpochs, seed });
      return { spec: { ...base, split: { ...base.split, train } } };
    }),
  );

  it('trains each run once, alone or side by side', () => {
    fc.assert(
      fc.property(specs, jobs, (all, count) => {
        const { alone, together } = schedule(all, count, 2);
        const keys = (list: typeof all) => list.map(({ spec }) => runKey(spec)).sort();
        assert.deepEqual(keys([...alone, ...together]), keys(all));
        if (count === 1) assert.deepEqual(together, []);
        assert.notEqual(together.length, 1, 'side by side with nothing');
      }),
      { numRuns: 30 },
    );
  });

  it('starts no processes for what is done in a moment', () => {
    assert.deepEqual(schedule([run(0), run(1)], 2, 2).together, []);
  });

  it('keeps a run longer than all others for itself, unless it could not use the other cores', () => {
    const long = (train: number, seed: number) => {
      const { spec } = run(seed);
      return { spec: { ...spec, model: MODELS.big, maxEpochs: 10, split: { ...spec.split, train } } };
    };
    const [most, ...others] = [long(40_000, 0), long(9000, 1), long(8000, 2), long(7000, 3)];
    assert.deepEqual(schedule([...others, most!], 2, 2), { alone: [most], together: others });
    assert.deepEqual(schedule([...others, most!], 2, 1), { alone: [], together: [most, ...others] });
  });
});

it('cores are read from lists and ranges', () => {
  assert.deepEqual(parseCores('0-3'), [0, 1, 2, 3]);
  assert.deepEqual(parseCores(' 4,6-7'), [4, 6, 7]);
  assert.deepEqual(parseCores('5'), [5]);
  assert.deepEqual(parseCores(''), []);
});

describe('workers', { skip: process.platform !== 'linux' && 'finds child processes under /proc' }, () => {
  const pool = (t: Parameters<typeof temporaryFolder>[0], jobs: number) => {
    const store = new RunStore(temporaryFolder(t));
    const sourceFor = () => ({ kind: 'shapes' as const });
    return { store, options: { jobs, engine: 'wasm' as const, store: store.folder, sourceFor } };
  };

  it('give the records that training here gives, tell how far they are, and end', async (t) => {
    await startEngine('wasm');
    const { store, options } = pool(t, 2);
    const runs = [run(0), run(1)];
    const done: string[] = [];
    let last = 0;
    await trainInWorkers(runs, {
      ...options,
      onDone: async ({ label }) => void done.push(label),
      onProgress: ({ fraction }) => {
        assert.ok(fraction >= last && fraction <= 1);
        last = fraction;
      },
    });
    assert.deepEqual(done.sort(), ['tiny 0', 'tiny 1']);
    assert.ok(Math.abs(last - 1) < 1e-9);
    for (const { spec } of runs) {
      const here = await train(spec, dataset);
      assert.deepEqual(reproducible((await store.get(runKey(spec)))!), reproducible(here.record));
    }
    await noChildren();
  });

  it('that are killed cost their run the epoch they were in', async (t) => {
    const { store, options } = pool(t, 1);
    const long = run(0, 6);
    let kills = 0;
    await trainInWorkers([long], {
      ...options,
      onProgress: () => {
        const written = readdirSync(store.folder).some((name) => name.endsWith('.checkpoint'));
        if (!written || kills > 0) return;
        kills++;
        for (const child of children()) process.kill(child, 'SIGKILL');
      },
    });
    assert.equal(kills, 1);
    const record = (await store.get(runKey(long.spec)))!;
    assert.deepEqual([record.history.length, record.provenance.resumed], [6, 1]);
    await noChildren();
  });

  it('stop where they are asked to, with their checkpoint kept', async (t) => {
    const { store, options } = pool(t, 1);
    const controller = new AbortController();
    const stopped = trainInWorkers([run(0, 200)], {
      ...options,
      signal: controller.signal,
      onProgress: () => readdirSync(store.folder).length > 0 && controller.abort(),
    });
    await assert.rejects(stopped, refusal({ what: 'training was interrupted' }));
    assert.deepEqual(readdirSync(store.folder), [`${runKey(run(0, 200).spec)}.checkpoint`]);
    await noChildren();
  });

  it('tell what failed', async (t) => {
    const { options } = pool(t, 1);
    const other = { ...run(0), spec: { ...run(0).spec, dataset: 'e'.repeat(64) } };
    await assert.rejects(trainInWorkers([other], options), refusal({ what: 'another dataset' }));
    await noChildren();
  });
});
