import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MODELS } from '../../src/models/index.js';
import { RunStore } from '../../src/runs/index.js';
import { openStudy, type Study, SYNTHETIC, studyCost } from '../../src/study/index.js';
import { runKey } from '../../src/training/index.js';
import { madeRecord } from '../support/records.js';
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
    const { experiments, missing, coreSeconds } = await studyCost(study, ['baseline', 'allImages']);
    const [baseline, allImages] = experiments;
    assert.deepEqual(
      allImages!.runs.map(({ label, sharedWith }) => [label, sharedWith]),
      [
        ['baseline', 'baseline'],
        ['small', undefined],
      ],
    );
    assert.equal(missing, 2);
    assert.equal(allImages!.coreSeconds, allImages!.runs[1]!.estimate.coreSeconds);
    assert.equal(coreSeconds, baseline!.coreSeconds + allImages!.coreSeconds);
  });

  it('the cost of a study leaves out what is recorded, and a diverged run says nothing about speed', async (t) => {
    const study = await open(t);
    const [run] = study.experiment('filterSweep').runs;
    const made = madeRecord({ model: MODELS.baseline });
    const weights = {};
    const record = { ...made, key: runKey(run!.spec), spec: run!.spec, results: undefined };
    await study.store.put({ record: { ...record, status: 'diverged' }, weights });
    const { missing, experiments } = await studyCost(study, ['filterSweep', 'permutation']);
    assert.equal(missing, study.profile.models.length - 1 + 2);
    assert.equal(experiments[0]!.runs[0]!.record?.status, 'diverged');
    assert.equal(
      experiments[1]!.runs[0]!.estimate.basis,
      'arithmetic',
      'a diverged run says nothing about speed',
    );
  });
});
