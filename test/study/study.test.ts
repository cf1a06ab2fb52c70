import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { currentEngine, tf } from '../../src/engine/index.js';
import { loadSource, RunStore } from '../../src/runs/index.js';
import { POSITIONS, sourceOf } from '../../src/study/dataset.js';
import { missingRuns, openStudy, type StudyOptions, SYNTHETIC } from '../../src/study/index.js';
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
  const names = ['baseline', 'allImages', 'sisterBaseline'] as const;
  const [baseline, small] = study.experiment('allImages').runs;
  const [sister] = study.experiment('sisterBaseline').runs;
  assert.deepEqual(await missingRuns(study, names), [baseline!.spec, small!.spec, sister!.spec]);
  const [first] = (await study.runExperiments(['baseline'])).baseline;
  assert.equal(first!.recorded, false);
  assert.deepEqual(trained, ['baseline']);
  assert.equal(first!.record.key, runKey(baseline!.spec));
  assert.equal(first!.record.spec.dataset, study.dataset.fingerprint);
  assert.deepEqual(readdirSync(store.folder).sort(), [
    `${first!.record.key}.json`,
    `${first!.record.key}.safetensors`,
  ]);

  const [again] = (await study.runExperiments(['baseline'])).baseline;
  assert.deepEqual(again, { ...first, recorded: true });
  assert.deepEqual(trained, ['baseline'], 'nothing was trained for it');
  assert.deepEqual(await missingRuns(study, names), [small!.spec, sister!.spec]);
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

it('the datasets of a study are found by the fingerprint in a spec, and another one is refused by name', async (t) => {
  const study = await smoke(new RunStore(temporaryFolder(t)));
  const [run] = study.experiment('baseline').runs;
  assert.equal(study.datasetOf(run!.spec), study.dataset);
  assert.equal(study.datasetOf(study.experiment('position').runs[0]!.spec).name, 'position');
  assert.throws(
    () => study.datasetOf({ dataset: 'e'.repeat(64) }),
    refusal({ what: 'another dataset', found: 'eeee', expected: study.dataset.fingerprint }),
  );
});

it('another process loads a dataset of the study from its source', async () => {
  const shapes = shapesDataset({ train: 10_000, test: 2_000, seed: 0 });
  assert.equal((await loadSource(sourceOf(shapes))).fingerprint, shapes.fingerprint);
  const sent = JSON.parse(JSON.stringify(POSITIONS)) as typeof POSITIONS;
  assert.equal((await loadSource(sent)).fingerprint, (await loadSource(POSITIONS)).fingerprint);
  assert.deepEqual(sourceOf({ folder: '/data/cifar' }), { kind: 'folder', path: '/data/cifar' });
});

it('an interrupted study keeps what is finished and trains the rest next time', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const controller = new AbortController();
  const names = ['baseline', 'sisterBaseline'] as const;
  const stopped = await smoke(store, { signal: controller.signal, onTrained: () => controller.abort() });
  await assert.rejects(stopped.runExperiments(names), refusal({ what: 'training was interrupted' }));
  assert.equal((await store.list()).length, 1);

  const trained: string[] = [];
  const study = await smoke(store, { onTrained: ({ record }) => trained.push(record.key) });
  const runs = Object.values(await study.runExperiments(names)).flat();
  assert.deepEqual(
    trained,
    runs.filter(({ recorded }) => !recorded).map(({ record }) => record.key),
  );
  assert.equal(trained.length, 1);
});

it('a record that cannot be read stops the study, which names the file; an experiment must be known', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const study = await smoke(store);
  const [run] = study.experiment('baseline').runs;
  const path = join(store.folder, `${runKey(run!.spec)}.json`);
  writeFileSync(path, '{ "version": 1');
  const broken = refusal({ what: 'not a valid run record', where: path, remedy: 'delete the file' });
  await assert.rejects(study.runExperiments(['baseline']), broken);
  await assert.rejects(missingRuns(study, ['baseline']), broken);
  assert.equal(readFileSync(path, 'utf8'), '{ "version": 1', 'the file is left as it was');

  assert.throws(
    () => study.experiment('locality' as 'baseline'),
    refusal({ what: 'unknown experiment', found: 'locality', expected: 'filterSweep' }),
  );
});

it('opening a study removes what killed processes left in its store, and refuses data that is not there', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const leftover = join(store.folder, '.record.json.00000000.tmp');
  writeFileSync(leftover, '');
  utimesSync(leftover, 1, 1);
  const nowhere = smoke(store, { data: join(temporaryFolder(t), 'nothing') });
  await assert.rejects(nowhere, refusal({ where: 'nothing' }));
  assert.deepEqual(readdirSync(store.folder), []);
});
