import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { collectEvidence, judgeClaims, recordedEvidence } from '../../src/claims/index.js';
import { hasImages, NoImagesError } from '../../src/data/index.js';
import { MODELS } from '../../src/models/index.js';
import { RunStore, recordedRuns } from '../../src/runs/index.js';
import { EXPERIMENT_NAMES, missingRuns, openStudy, recordedFacts } from '../../src/study/index.js';
import { runKey } from '../../src/training/index.js';
import { sourcesOf } from '../../src/views/index.js';
import { temporaryFolder } from '../training/fixtures.js';

/** The recorded study on a machine without CIFAR-10. */
async function opened(t: TestContext) {
  const places = ['KERAS_HOME', 'TORCH_HOME', 'TFDS_DATA_DIR', 'WHYCONV_DATA_DIR'];
  const before = Object.fromEntries(places.map((name) => [name, process.env[name]]));
  const nowhere = temporaryFolder(t);
  const cwd = process.cwd();
  process.chdir(nowhere);
  for (const name of places) process.env[name] = nowhere;
  t.after(() => {
    process.chdir(cwd);
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const own = new RunStore(temporaryFolder(t));
  const study = await openStudy({
    profile: 'full',
    store: own,
    engine: 'auto',
    jobs: 1,
    onTrained: () => assert.fail('trained'),
  });
  return { study, own };
}

describe('the recorded study, without images', () => {
  it('reads the records of the repository, trains nothing and says what is missing', async (t) => {
    const { study, own } = await opened(t);
    assert.equal(study.recorded, true);
    assert.equal(hasImages(study.dataset), false);
    const { fingerprint, train, test } = await recordedFacts();
    assert.deepEqual(study.subject, { fingerprint, available: train, test });
    const found = await study.runExperiments(EXPERIMENT_NAMES);
    const keys = new Set(Object.values(found).flatMap((runs) => runs.map(({ record }) => record.key)));
    const recorded = await recordedRuns();
    const planned = new Set(study.experiments.flatMap(({ specs }) => specs.map(runKey)));
    assert.deepEqual(
      [...keys].sort(),
      recorded
        .map(({ key }) => key)
        .filter((key) => planned.has(key))
        .sort(),
    );
    assert.equal((await missingRuns(study, EXPERIMENT_NAMES)).length, planned.size - keys.size);
    assert.deepEqual(readdirSync(own.folder), [], 'nothing is written');
  });

  it('shows its results as recorded ones, with none beside them', async (t) => {
    const { study } = await opened(t);
    const sources = await sourcesOf(study, await study.runExperiments(['filterSweep']));
    assert.deepEqual([sources.own, sources.recorded.length, sources.cifar10], ['recorded', 0, true]);
    assert.ok(sources.here.length > 0);
  });

  it('is judged as the evidence in the repository is', async (t) => {
    const { study } = await opened(t);
    const here = judgeClaims(await collectEvidence(study));
    const there = judgeClaims((await recordedEvidence(await recordedRuns()))!);
    assert.deepEqual(
      here.map(({ id, verdict }) => [id, verdict]),
      there.map(({ id, verdict }) => [id, verdict]),
    );
  });

  it('refuses to train without images', async (t) => {
    const { study } = await opened(t);
    await assert.rejects(study.runSettings([{ model: MODELS.small, images: 100 }]), NoImagesError);
  });
});
