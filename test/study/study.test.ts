import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { currentEngine, tf } from '../../src/engine/index.js';
import {
  missingRuns,
  openStudy,
  parseJobs,
  RunStore,
  type StudyOptions,
  SYNTHETIC,
} from '../../src/study/index.js';
import { runKey } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { temporaryFolder } from '../training/fixtures.js';

/** On the native engine where it is installed: networks as wide as the study's take their time on wasm. */
const smoke = (store: RunStore, change: Partial<StudyOptions> = {}) =>
  openStudy({ profile: 'smoke', data: SYNTHETIC, engine: 'auto', jobs: 1, store, ...change });

it('a study trains what is missing, once, and then finds it', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const trained: string[] = [];
  const study = await smoke(store, { onTrained: ({ label }) => trained.push(label) });
  assert.deepEqual(
    [study.profile.name, study.dataset.name, study.engine, study.seed],
    ['smoke', 'shapes', currentEngine(), 0],
  );
  const tensors = tf.memory().numTensors;

  // The baseline with all images is a run of two experiments, and counts once.
  const missing = await missingRuns(study, ['baseline', 'allImages', 'sisterBaseline']);
  assert.deepEqual(
    missing.map(({ label }) => label),
    ['baseline', 'small', 'baseline, sister setting'],
  );
  const [first] = await study.runExperiment('baseline');
  assert.equal(first!.recorded, false);
  assert.deepEqual(trained, ['baseline']);
  assert.equal(first!.record.key, runKey(study.experiment('baseline').runs[0]!.spec));
  assert.equal(first!.record.spec.dataset, study.dataset.fingerprint);
  assert.deepEqual(readdirSync(store.folder).sort(), [
    `${first!.record.key}.json`,
    `${first!.record.key}.safetensors`,
  ]);

  const again = await study.run(study.experiment('allImages').runs[0]!);
  assert.equal(again.recorded, true);
  assert.deepEqual(again.record, first!.record);
  assert.deepEqual(trained, ['baseline'], 'nothing was trained for it');
  const left = await missingRuns(study, ['baseline', 'allImages', 'sisterBaseline']);
  assert.deepEqual(
    left.map(({ label }) => label),
    ['small', 'baseline, sister setting'],
  );
  assert.equal(tf.memory().numTensors, tensors, 'no tensor is left');

  const spec = { ...first!.record.spec, seed: 5 };
  assert.equal(await store.get(runKey(spec)), undefined, 'another seed is another run');
});

it('several experiments are run as one, and answered by name', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const trained: string[] = [];
  const study = await smoke(store, { onTrained: ({ label }) => trained.push(label) });
  const answers = await study.runExperiments(['baselineSettings', 'baseline']);
  assert.deepEqual(trained.sort(), [
    'baseline',
    'baseline, dropout 0.3',
    'baseline, sister budget',
    'baseline, sister setting',
  ]);
  for (const name of ['baselineSettings', 'baseline'] as const) {
    assert.deepEqual(
      answers[name].map(({ label, record }) => [label, record.key]),
      study.experiment(name).runs.map(({ label, spec }) => [label, runKey(spec)]),
    );
  }
  assert.deepEqual(await missingRuns(study, ['baselineSettings', 'sisterBaseline']), []);
});

it('a run of another dataset is refused by name of the datasets there are', async (t) => {
  const study = await smoke(new RunStore(temporaryFolder(t)));
  const [run] = study.experiment('baseline').runs;
  assert.equal(study.datasetOf(run!.spec), study.dataset);
  const other = { ...run!, spec: { ...run!.spec, dataset: 'e'.repeat(64) } };
  await assert.rejects(
    study.run(other),
    refusal({ what: 'another dataset', found: 'eeee', expected: study.dataset.fingerprint }),
  );
});

it('an interrupted study keeps what is finished and goes on with the rest', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const { signal } = new AbortController();
  const stopped = await smoke(store, { signal });
  const sister = stopped.experiment('sisterBaseline').runs[0]!;
  // Aborts with the first epoch's checkpoint, however fast epochs are.
  Object.defineProperty(signal, 'aborted', { get: () => readdirSync(store.folder).length > 0 });
  await assert.rejects(
    stopped.run(sister),
    refusal({ what: 'interrupted', found: 'a checkpoint of epoch 1' }),
  );
  assert.deepEqual(readdirSync(store.folder), [`${runKey(sister.spec)}.checkpoint`]);

  const study = await smoke(store);
  const { record, recorded } = await study.run(sister);
  assert.deepEqual([recorded, record.provenance.resumed, record.history.length], [false, 1, 2]);
  assert.ok(!readdirSync(store.folder).some((name) => name.endsWith('.checkpoint')));
});

it('a record that cannot be read stops the study, which names the file; an experiment must be known', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const study = await smoke(store);
  const [run] = study.experiment('baseline').runs;
  const path = join(store.folder, `${runKey(run!.spec)}.json`);
  writeFileSync(path, '{ "version": 1');
  const broken = refusal({ what: 'not a valid run record', where: path, remedy: 'delete the file' });
  await assert.rejects(study.run(run!), broken);
  await assert.rejects(missingRuns(study, ['baseline']), broken);
  assert.equal(readFileSync(path, 'utf8'), '{ "version": 1', 'it is left as it was');

  assert.throws(
    () => study.experiment('locality' as 'baseline'),
    refusal({ what: 'unknown experiment', found: 'locality', expected: 'filterSweep' }),
  );
});

it('refuses numbers of jobs that are none, and data that is not there', async (t) => {
  assert.throws(() => parseJobs('0', '--jobs'), refusal({ where: '--jobs', found: '0' }));
  assert.throws(() => parseJobs('two', 'WHYCONV_JOBS'), refusal({ where: 'WHYCONV_JOBS', found: 'two' }));
  assert.equal(parseJobs('12', '--jobs'), 12);
  const nowhere = smoke(new RunStore(), { data: join(temporaryFolder(t), 'nothing') });
  await assert.rejects(nowhere, refusal({ where: 'nothing' }));
});
