import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makespan, packRuns, parseShard } from '../../src/cluster/index.js';
import { runKey } from '../../src/training/index.js';
import { tinyRun } from '../runs/fixtures.js';
import { refusal } from '../support/refusal.js';

const runs = (seconds: readonly number[]) =>
  seconds.map((coreSeconds, seed) => ({ spec: tinyRun(seed), coreSeconds }));

const work = (pack: readonly { coreSeconds: number }[]) =>
  pack.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0);

const seconds = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 12 });
const count = fc.integer({ min: 1, max: 8 });

/** The least possible work of the fullest pack, by trying every division. */
function best(items: readonly number[], packs: number[]): number {
  const [first, ...rest] = items;
  if (first === undefined) return Math.max(...packs);
  return Math.min(
    ...packs.map((_, i) =>
      best(
        rest,
        packs.map((sum, j) => (i === j ? sum + first : sum)),
      ),
    ),
  );
}

describe('packs of runs', () => {
  it('hold each run once, whatever the order they are given in', () => {
    fc.assert(
      fc.property(seconds, count, (given, n) => {
        const all = runs(given);
        const packs = packRuns(all, n);
        assert.equal(packs.length, n);
        assert.deepEqual(
          packs
            .flat()
            .map(({ spec }) => runKey(spec))
            .sort(),
          all.map(({ spec }) => runKey(spec)).sort(),
        );
        assert.deepEqual(packRuns(all.toReversed(), n), packs);
      }),
    );
  });

  it('are at most a third fuller than those of the best division (Graham 1969), the fullest first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 1, max: 3 }),
        (given, n) => {
          const packs = packRuns(runs(given), n).map(work);
          assert.deepEqual(
            packs,
            packs.toSorted((a, b) => b - a),
          );
          const least = best(given, new Array<number>(n).fill(0));
          assert.ok(packs[0]! <= (4 / 3 - 1 / (3 * n)) * least + 1e-9, `${packs} against ${least}`);
        },
      ),
    );
  });
});

it('tasks end when a simulation that steps through time says so', () => {
  fc.assert(
    fc.property(seconds, count, (given, nodes) => {
      const waiting = [...given];
      let running: number[] = [];
      let now = 0;
      while (waiting.length > 0 || running.length > 0) {
        while (running.length < nodes && waiting.length > 0) running.push(now + waiting.shift()!);
        now++;
        running = running.filter((end) => end > now);
      }
      assert.equal(makespan(given, nodes), now);
    }),
  );
});

describe('a shard', () => {
  it('is named by hand or by the environment of a job array', () => {
    assert.deepEqual(parseShard('3/8', {}), { index: 3, count: 8 });
    assert.deepEqual(parseShard('3/8', { SLURM_ARRAY_TASK_ID: '5' }), { index: 3, count: 8 });
    for (const name of ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX', 'AWS_BATCH_JOB_ARRAY_INDEX'])
      assert.deepEqual(parseShard('8', { [name]: '0' }), { index: 0, count: 8 });
  });

  it('is refused where there is no such shard', () => {
    for (const text of ['', '0', '1/0', '8/8', '-1/8', '1/8/9', '1.5/8', 'a/8', '3/ 8'])
      assert.throws(() => parseShard(text, {}), refusal({ where: '--shard', found: text }), text);
    assert.throws(() => parseShard('8', {}), refusal({ expected: 'SLURM_ARRAY_TASK_ID' }));
    const last = { SLURM_ARRAY_TASK_ID: '8' };
    assert.throws(
      () => parseShard('8', last),
      refusal({ found: 'SLURM_ARRAY_TASK_ID=8', expected: '0 to 7' }),
    );
  });
});
