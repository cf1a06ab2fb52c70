import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { collectEvidence } from '../../src/analysis/claims/evidence.js';
import { judgeClaims } from '../../src/analysis/index.js';
import { measureEquivariance, measureShifts } from '../../src/lab/index.js';
import { initialWeights, weightShapes } from '../../src/models/index.js';
import { RunStore } from '../../src/runs/index.js';
import { type LabelledRun, openStudy, type Study } from '../../src/study/index.js';
import { type RunRecord, runKey, type TrainedRun } from '../../src/training/index.js';
import { madeRecord } from '../support/records.js';

let folder: string;
let study: Study;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-evidence-'));
});
after(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  study = await openStudy({
    profile: 'smoke',
    data: 'synthetic',
    engine: 'wasm',
    store: new RunStore(folder),
  });
});

/** A record of one of the study's runs, as if it had been trained to initial weights. */
function trained({ spec }: LabelledRun, diverged = false): TrainedRun {
  const record: RunRecord = { ...madeRecord({ diverged }), key: runKey(spec), spec };
  const values = initialWeights(spec.model, spec.seed);
  return {
    record,
    weights: Object.fromEntries(weightShapes(spec.model).map(({ name }, i) => [name, values[i]!])),
  };
}
const runOf = (name: Parameters<Study['experiment']>[0], label: string) =>
  study.experiment(name).runs.find((run) => run.label === label)!;
const names = (evidence: Awaited<ReturnType<typeof collectEvidence>>) =>
  Object.fromEntries(
    Object.entries(evidence.runs).map(([name, runs]) => [name, runs.map(({ label }) => label)]),
  );
const nothing = () => Object.fromEntries(study.experiments.map(({ name }) => [name, []]));
/** Labels of a run, by experiment: one run may answer several questions. */
const labelsOf = (keys: readonly string[]) =>
  Object.fromEntries(
    study.experiments.map(({ name, runs }) => [
      name,
      runs.filter(({ spec }) => keys.includes(runKey(spec))).map(({ label }) => label),
    ]),
  );

describe('evidence of a study', () => {
  it('of an empty store is empty, and nothing is trained', async () => {
    const evidence = await collectEvidence(study);
    assert.deepEqual(names(evidence), nothing());
    assert.deepEqual(
      [evidence.equivariance, evidence.representative, evidence.dataset],
      [undefined, 'small', 'shapes'],
    );
    assert.deepEqual(await readdir(folder).catch(() => []), []);
  });
  it('holds the records that there are, and the equivariance of the representative, measured once', async () => {
    const small = runOf('filterSweep', 'small');
    await study.store.put(trained(small));
    const permuted = runOf('permutation', 'permuted baseline');
    await study.store.put(trained(permuted));
    const evidence = await collectEvidence(study);
    assert.deepEqual(names(evidence), labelsOf([runKey(small.spec), runKey(permuted.spec)]));
    assert.deepEqual(names(evidence).filterSweep, ['small']);
    assert.equal(evidence.equivariance?.record, runKey(small.spec));
    const files = (await readdir(folder)).filter((name) => name.endsWith('.measurement.json'));
    assert.equal(files.length, 3, 'equivariance, ranks and losses without filters');
    assert.deepEqual(
      evidence.filters?.map(({ label, seed, record, images }) => [label, seed, record, images]),
      [['small', small.spec.seed, runKey(small.spec), 200]],
    );
    const [measured] = evidence.filters ?? [];
    assert.ok(
      measured?.ranks.every(({ initial, trained }) => initial === trained),
      'the weights are the initial ones',
    );
    assert.deepEqual(
      measured?.ranks.map(({ layer, filters }) => [layer, filters]),
      [8, 8, 16, 16, 32].map((filters, i) => [`conv${i + 1}`, filters]),
    );
    assert.deepEqual(await collectEvidence(study), evidence);
    const c10 = judgeClaims(evidence).find(({ id }) => id === 'C10');
    assert.deepEqual([c10?.verdict, c10?.records], ['supported', [runKey(small.spec)]]);
  });
  it('tells what moved images cost with and without sharing, where the engine is fast enough for it', async () => {
    const labels = ['small, locally connected, 500 images', 'small, 500 images'];
    for (const run of labels.map((label) => runOf('weightSharing', label)))
      await study.store.put(trained(run));
    assert.deepEqual((await collectEvidence(study)).moved, []);
    const fast = Object.create(study, { engine: { value: { ...study.engine, name: 'native' } } }) as Study;
    const { moved } = await collectEvidence(fast);
    assert.deepEqual(
      moved?.map(({ label, shift }) => [label, shift]),
      labels.map((label) => [label, 8]),
    );
    const { rows } = await measureShifts(study, trained(runOf('weightSharing', labels[1]!)).record, 'wrap');
    assert.equal(moved?.[1]?.lost, rows[0]!.accuracy.mean - rows.at(-1)!.accuracy.mean);
  });
  it('of a record without its weights has no equivariance, and the measurement says what is missing', async () => {
    const run = trained(runOf('filterSweep', 'small'));
    await study.store.put(run);
    await rm(join(folder, `${run.record.key}.safetensors`));
    const evidence = await collectEvidence(study);
    assert.deepEqual([evidence.equivariance, evidence.filters], [undefined, []]);
    await assert.rejects(measureEquivariance(study, run.record), /the weights of a run of small are missing/);
    // Nothing was kept that would stand when the weights are there again.
    await study.store.put(run);
    assert.ok((await collectEvidence(study)).equivariance);
  });
  it('of a run that diverged has the run but no equivariance', async () => {
    await study.store.put(trained(runOf('filterSweep', 'small'), true));
    const evidence = await collectEvidence(study);
    assert.deepEqual(names(evidence).filterSweep, ['small']);
    assert.equal(evidence.equivariance, undefined);
  });
});
