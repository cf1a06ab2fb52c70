import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { allowedCores } from '../../src/base/machine.js';
import { coresFor, parseCores } from '../../src/runs/cores.js';
import { defaultJobs, parseJobs } from '../../src/runs/index.js';
import { RunQueue } from '../../src/runs/queue.js';
import { type PlannedRun, schedule } from '../../src/runs/schedule.js';
import { RunStore } from '../../src/runs/store.js';
import { runKey } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { temporaryFolder } from '../training/fixtures.js';
import { planned, tinyRun } from './fixtures.js';

/** Runs that take this many core-seconds. */
const taking = (...seconds: number[]): PlannedRun[] =>
  seconds.map((coreSeconds, seed) => ({ spec: tinyRun(seed), coreSeconds }));
const secondsOf = (runs: readonly PlannedRun[]) => runs.map(({ coreSeconds }) => coreSeconds);

describe('scheduling', () => {
  it('the schedule trains each run once, alone or in parallel, the longest first', () => {
    const seconds = fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 8 });
    fc.assert(
      fc.property(
        seconds,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (all, jobs, threads) => {
          const { alone, together } = schedule(taking(...all), jobs, threads);
          const order = [...secondsOf(alone), ...secondsOf(together)];
          assert.deepEqual(
            order,
            all.toSorted((a, b) => b - a),
          );
          if (jobs === 1) assert.deepEqual(together, []);
          assert.notEqual(together.length, 1, 'in parallel with nothing');
          if (threads === 1 && together.length > 0)
            assert.deepEqual(alone, [], 'alone it would leave cores idle');
          const total = secondsOf(together).reduce((sum, some) => sum + some, 0);
          for (const each of secondsOf(together)) assert.ok(threads === 1 || each * jobs <= total);
        },
      ),
    );
  });

  it('the schedule starts no processes for a few seconds of work', () => {
    assert.deepEqual(schedule(taking(2, 1), 2, 2).together, []);
    assert.equal(schedule(taking(20, 10), 2, 2).together.length, 0, 'the longer one would leave a core idle');
    assert.equal(schedule(taking(10, 10), 2, 2).together.length, 2);
  });

  it('the schedule keeps a run longer than all others for itself, unless it could not use the other cores', () => {
    const runs = taking(7, 40, 8, 9);
    const { alone, together } = schedule(runs, 2, 2);
    assert.deepEqual([secondsOf(alone), secondsOf(together)], [[40], [9, 8, 7]]);
    assert.deepEqual(secondsOf(schedule(runs, 2, 1).together), [40, 9, 8, 7]);
  });
});

it('a queue hands out runs that another process is training last', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const runs = planned(tinyRun(0), tinyRun(1), tinyRun(2));
  const queue = new RunQueue(runs, store);
  const seeds = await store.claim(
    runKey(runs[0]!.spec),
    async () => [queue.take(), queue.take(), queue.take(), queue.take()].map((run) => run?.spec.seed),
    {},
  );
  assert.deepEqual(seeds, [1, 2, 0, undefined]);
});

describe('the number of workers', () => {
  it('the default number of workers is one per core, capped by available memory, at least one', (t) => {
    const before = process.env.WHYCONV_JOBS;
    t.after(() => {
      if (before === undefined) delete process.env.WHYCONV_JOBS;
      else process.env.WHYCONV_JOBS = before;
    });
    delete process.env.WHYCONV_JOBS;
    const gibibytes = 2 ** 30;
    assert.equal(defaultJobs(4, 64 * gibibytes), 4);
    assert.equal(defaultJobs(4, 6 * gibibytes), 2);
    assert.equal(defaultJobs(4, gibibytes), 1);
    process.env.WHYCONV_JOBS = '3';
    assert.equal(defaultJobs(4, gibibytes), 3);
    process.env.WHYCONV_JOBS = 'two';
    assert.throws(() => defaultJobs(), refusal({ where: 'WHYCONV_JOBS', found: 'two' }));
  });

  it('a number of workers is refused where it is not a whole number from 1', () => {
    assert.throws(() => parseJobs('0', '--jobs'), refusal({ where: '--jobs', found: '0' }));
    assert.throws(() => parseJobs('1.5', '--jobs'), refusal({ where: '--jobs', found: '1.5' }));
    assert.equal(parseJobs('12', '--jobs'), 12);
  });
});

it('cores are read from lists and ranges', () => {
  assert.deepEqual(parseCores('0-3'), [0, 1, 2, 3]);
  assert.deepEqual(parseCores(' 4,6-7'), [4, 6, 7]);
  assert.deepEqual(parseCores('5'), [5]);
  assert.deepEqual(parseCores(''), []);
});

it('workers are pinned only where they fill all cores they may run on', () => {
  const allowed = allowedCores();
  const cores = Array.from({ length: allowed }, (_, i) => 4 + i);
  assert.deepEqual(coresFor(allowed, cores), cores);
  assert.deepEqual(coresFor(allowed, [...cores, 99]), [], 'a smaller pool would crowd on the first cores');
  assert.deepEqual(coresFor(allowed + 1, cores), [], 'one core would have two');
  assert.deepEqual(coresFor(allowed, []), [], 'pinning is not possible');
});
