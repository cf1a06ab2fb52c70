import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Progress } from '../../src/base/progress.js';
import { PoolProgress } from '../../src/runs/pool-progress.js';
import { planned, tinyRun } from './fixtures.js';

/** Progress of two runs of equal cost, at times that the test sets, in seconds. */
function twoRuns() {
  const [first, second] = planned(tinyRun(0), tinyRun(1));
  let seconds = 0;
  let last: Progress | undefined;
  const progress = new PoolProgress(
    [first!, second!],
    ({ seed }) => `seed ${seed}`,
    (at) => {
      last = at;
    },
    () => 1000 * seconds,
  );
  const left = (at: number, fraction: number, run = first!) => {
    seconds = at;
    progress.update(run, { task: '', fraction });
    return last!.secondsLeft;
  };
  return { left, second: second! };
}

const near = (seconds: number | undefined, expected: number) =>
  assert.ok(Math.abs(seconds! - expected) < 1e-6, `${seconds} s, not ${expected} s`);

it('a pool says how long is left once it has trained for some seconds, without the time that its workers took to start', () => {
  const { left } = twoRuns();
  assert.equal(left(20, 0), undefined, 'a worker waits');
  assert.equal(left(30, 0.0002), undefined, 'the first batch, of which nothing can be told');
  assert.equal(left(31, 0.0102), undefined, 'too little');
  // A tenth of one run took 10 s.
  near(left(40, 0.1002), 100 * (0.8998 + 1));
});

it('a pool that resumes takes for its own work only what it has trained itself', () => {
  const { left, second } = twoRuns();
  assert.equal(left(1, 0.8), undefined);
  assert.equal(left(11, 0.8), undefined, 'it stands still');
  near(left(21, 0.9), (20 * 1.1) / 0.1);
  near(left(21, 0.5, second), (20 * 0.6) / 0.1);
});
