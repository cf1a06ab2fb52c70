import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { resultsByCondition } from '../../src/analysis/index.js';
import { collectEvidence, judgeClaims } from '../../src/claims/index.js';
import { initialWeights, weightShapes } from '../../src/models/index.js';
import { RunStore } from '../../src/runs/index.js';
import { type Condition, conditionOf, matches, openStudy, type Study } from '../../src/study/index.js';
import type { RunRecord, RunSpec, TrainedRun } from '../../src/training/index.js';
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

/** A record of one of the study's runs, as if it had been trained to its initial weights. */
function trained(spec: RunSpec, diverged = false): TrainedRun {
  const counts = { train: 500, validation: 200, test: 200 };
  const record: RunRecord = madeRecord({ spec, diverged, counts });
  const values = initialWeights(spec.model, spec.seed);
  return {
    record,
    weights: Object.fromEntries(weightShapes(spec.model).map(({ name }, i) => [name, values[i]!])),
  };
}

/** The first of the study's runs with these values. */
const specOf = (query: Partial<Condition>): RunSpec =>
  study.experiments
    .flatMap(({ specs }) => specs)
    .find((spec) => matches(conditionOf(spec), { dataset: study.dataset.fingerprint, ...query }))!;
const SMALL = {
  model: 'small',
  sharing: true,
  head: 'pooled',
  dropout: 0.3,
  block: 1,
  shift: 0,
  images: 500,
} as const;
const small = () => specOf(SMALL);
const kept = async () => (await readdir(folder)).filter((name) => name.endsWith('.measurement.json'));

describe('evidence of a study', () => {
  it('is empty for an empty store, and nothing is trained', async () => {
    const evidence = await collectEvidence(study);
    assert.deepEqual([evidence.results, evidence.diverged, evidence.measured], [[], [], {}]);
    assert.deepEqual(
      [evidence.dataset.name, evidence.dataset.available],
      ['shapes', study.dataset.train.count],
    );
    assert.deepEqual(await readdir(folder).catch(() => []), []);
  });

  it('holds the records that there are, by condition, and what was measured on the networks, once', async () => {
    const [run, permuted] = [trained(small()), trained(specOf({ model: 'baseline', block: 32 }))];
    for (const each of [run, permuted]) await study.store.put(each);
    const evidence = await collectEvidence(study);
    assert.deepEqual(
      evidence.results,
      resultsByCondition([run.record, permuted.record].map((record) => JSON.parse(JSON.stringify(record)))),
    );
    assert.deepEqual(Object.keys(evidence.measured), [run.record.key]);
    assert.equal((await kept()).length, 3, 'equivariance, ranks and losses without filters');
    const { equivariance, filters, shifts } = evidence.measured[run.record.key]!;
    assert.equal(filters!.ranks.initial, filters!.ranks.trained, 'the weights are the initial ones');
    assert.equal(filters!.loss.n, 200);
    assert.ok(equivariance!.changeReduction.sd > 0);
    assert.equal(shifts, undefined);
    const { spread: _, ...again } = await collectEvidence(study);
    const { spread: __, ...first } = evidence;
    assert.deepEqual(again, first);
    const c10 = judgeClaims(evidence).find(({ id }) => id === 'C10');
    assert.deepEqual([c10?.seeds, c10?.records], [1, [run.record.key]]);
  });

  it('has what shifted images cost with and without sharing, where the engine is fast enough for it', async () => {
    const images = study.profile.dataSize.unshared.at(-1)!;
    const twins = [true, false].map((sharing) =>
      trained(specOf({ model: 'small', sharing, images, dropout: 0.3, block: 1 })),
    );
    for (const twin of twins) await study.store.put(twin);
    const shiftsOf = (evidence: Awaited<ReturnType<typeof collectEvidence>>) =>
      twins.map(({ record }) => evidence.measured[record.key]?.shifts?.rows.at(-1)?.shift);
    assert.deepEqual(shiftsOf(await collectEvidence(study)), [undefined, undefined]);
    const fast = Object.create(study, { engine: { value: { ...study.engine, name: 'native' } } }) as Study;
    assert.deepEqual(shiftsOf(await collectEvidence(fast)), [8, 8]);
  });

  it('measures nothing on a run without its weights, and does so when they are there again', async () => {
    const run = trained(small());
    await study.store.put(run);
    await rm(join(folder, `${run.record.key}.safetensors`));
    assert.deepEqual((await collectEvidence(study)).measured, {});
    await study.store.put(run);
    assert.deepEqual(Object.keys((await collectEvidence(study)).measured), [run.record.key]);
  });

  it('names the runs that diverged', async () => {
    const run = trained(small(), true);
    await study.store.put(run);
    const evidence = await collectEvidence(study);
    assert.deepEqual([evidence.results, evidence.measured], [[], {}]);
    assert.deepEqual(
      evidence.diverged.map(({ key }) => key),
      [run.record.key],
    );
    const c4 = judgeClaims(evidence).find(({ id }) => id === 'C4');
    assert.deepEqual([c4?.verdict, c4?.diverged], ['no records', [run.record.key]]);
  });

  it('takes the spread between seeds from recorded runs where the study has one seed', async () => {
    const run = trained(small());
    await study.store.put(run);
    const recorded = [0, 1, 2].map((seed) => trained({ ...run.record.spec, seed }).record);
    const [result] = (await collectEvidence(study)).results;
    const alone = await collectEvidence(study, { recorded: [] });
    assert.equal(alone.spread(result!).source, 'assumed');
    const { source, df } = (await collectEvidence(study, { recorded })).spread(result!);
    assert.deepEqual([source, df], ['measured', 2]);
  });
});
