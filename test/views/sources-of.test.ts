import assert from 'node:assert/strict';
import { it } from 'node:test';
import { resultsByCondition, seedSpread } from '../../src/analysis/index.js';
import { recordedRuns } from '../../src/runs/index.js';
import { conditionOf } from '../../src/study/index.js';
import { sourcesOf } from '../../src/views/index.js';

it('a chapter of the recorded study knows the spread between seeds as the ledger does: a comparison has one interval', async () => {
  const all = await recordedRuns();
  const chapter = all.filter(({ spec }) => conditionOf(spec).model === 'extra_big');
  const ledger = seedSpread(resultsByCondition(all));
  const study = { dataset: { name: 'cifar10' }, recorded: true, costs: [] } as never;
  const { here, spread } = await sourcesOf(study, {
    filterSweep: chapter.map((record) => ({ record, recorded: true })),
  });
  assert.ok(here.length > 0);
  for (const result of here) {
    const { covariance, df } = spread(result);
    assert.equal(df, ledger(result).df);
    for (const [i, row] of covariance.entries())
      for (const [j, value] of row.entries())
        assert.ok(Math.abs(value - ledger(result).covariance[i]![j]!) < 1e-12);
  }
});
