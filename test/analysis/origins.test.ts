import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeDisturbance, describeOrigins, differencesFrom, originOf } from '../../src/analysis/index.js';
import type { Provenance, RunRecord } from '../../src/training/index.js';
import { madeRecord } from '../support/records.js';

function by(change: Partial<Provenance>, seed = 0): RunRecord {
  const record = madeRecord({ seed });
  return { ...record, provenance: { ...record.provenance, commit: 'abc', ...change } };
}

it('runs are counted by what made them, the most frequent first', () => {
  assert.equal(describeOrigins([]), 'no runs');
  assert.match(describeOrigins([by({}), by({}, 1)]), /^all 2 runs: commit abc, wasm/);
  const mixed = [by({ commit: null }), by({}), by({}, 1)];
  assert.match(describeOrigins(mixed), /^2 of 3 runs: commit abc, wasm[^;]*; 1: unknown commit, wasm/);
});

it('runs next to other work are counted, and those of which it is not known', () => {
  const shares = [0.01, 0.4, 0.06, undefined].map((othersShare, i) => by({ othersShare }, i));
  assert.match(describeDisturbance(shares), /^2 of 4 runs shared .*; of 1 it is not known$/);
  assert.match(describeDisturbance(shares.slice(0, 1)), /^0 of 1 runs shared [^;]*$/);
});

it('a run names what sets it apart from the origin it is shown next to', () => {
  const here = originOf(by({}));
  assert.deepEqual(differencesFrom(here, by({}, 5)), []);
  const other = by({
    commit: 'def',
    engine: 'native',
    versions: { tensorflow: '2.21.0' },
    shards: 2,
    compiled: true,
  });
  assert.deepEqual(differencesFrom(here, other), [
    'commit def',
    'engine native',
    'library 2.21.0',
    '2 shards',
    'compiled',
  ]);
});
