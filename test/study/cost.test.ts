import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunStore } from '../../src/runs/index.js';
import { openStudy, type Study, SYNTHETIC, studyCost } from '../../src/study/index.js';
import { finishedRun } from '../runs/fixtures.js';
import { temporaryFolder } from '../training/fixtures.js';

describe('study costs', () => {
  const open = (t: Parameters<typeof temporaryFolder>[0]): Promise<Study> =>
    openStudy({
      profile: 'smoke',
      data: SYNTHETIC,
      engine: 'wasm',
      jobs: 1,
      store: new RunStore(temporaryFolder(t)),
    });

  it('the cost of a study counts a run that answers several questions once, with the first of them', async (t) => {
    const study = await open(t);
    const { experiments, missing, coreSeconds } = await studyCost(study, ['filterSweep', 'heads']);
    const [filterSweep, heads] = experiments;
    assert.deepEqual(
      heads!.runs.map(({ sharedWith }) => sharedWith),
      ['filterSweep', undefined],
    );
    assert.equal(missing, filterSweep!.runs.length + 1);
    assert.equal(heads!.coreSeconds, heads!.runs[1]!.estimate.coreSeconds);
    assert.equal(coreSeconds, filterSweep!.coreSeconds + heads!.coreSeconds);
  });

  it('the cost of a study leaves out what is recorded, and a diverged run says nothing about speed', async (t) => {
    const study = await open(t);
    const [spec] = study.experiment('filterSweep').specs;
    const { record } = finishedRun(spec!);
    const { results: _, ...diverged } = { ...record, status: 'diverged' as const };
    await study.store.put({ record: diverged, weights: {} });
    const { missing, experiments } = await studyCost(study, ['filterSweep', 'position']);
    const [filterSweep, position] = experiments;
    assert.equal(missing, filterSweep!.runs.length - 1 + position!.runs.length);
    assert.equal(filterSweep!.runs[0]!.record?.status, 'diverged');
    assert.deepEqual(position!.runs[0]!.spec.model, spec!.model);
    assert.equal(position!.runs[0]!.estimate.basis, 'arithmetic');
  });
});
