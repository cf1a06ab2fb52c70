import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { currentEngine, tf } from '../../src/engine/index.js';
import { cnn, MODELS } from '../../src/models/index.js';
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
  const study = await smoke(store, { onTrained: ({ key }) => trained.push(key) });
  assert.deepEqual(
    [study.profile.name, study.dataset.name, study.engine, study.seed],
    ['smoke', 'shapes', currentEngine(), 0],
  );
  const tensors = tf.memory().numTensors;

  // A network of the filter sweep is the pooled head of `heads`: one run, which counts once.
  const names = ['heads', 'filterSweep'] as const;
  const [pooled, flattened] = study.experiment('heads').specs;
  const others = study.experiment('filterSweep').specs.filter((spec) => runKey(spec) !== runKey(pooled!));
  const specs = [pooled!, flattened!, ...others];
  assert.deepEqual(await missingRuns(study, names), specs);
  const first = (await study.runExperiments(['heads'])).heads;
  assert.deepEqual(
    first.map(({ recorded, record }) => [recorded, record.key]),
    [pooled!, flattened!].map((spec) => [false, runKey(spec)]),
  );
  assert.deepEqual(trained.toSorted(), [pooled!, flattened!].map(runKey).sort());
  assert.equal(first[0]!.record.spec.dataset, study.dataset.fingerprint);
  const files = first.flatMap(({ record: { key } }) => [`${key}.json`, `${key}.safetensors`]);
  assert.deepEqual(readdirSync(store.folder).sort(), files.sort());

  const again = (await study.runExperiments(['heads'])).heads;
  assert.deepEqual(
    again,
    first.map((run) => ({ ...run, recorded: true })),
  );
  assert.equal(trained.length, 2, 'nothing was trained for it');
  assert.deepEqual(await missingRuns(study, names), specs.slice(2));
  assert.equal(tf.memory().numTensors, tensors, 'no tensor is left');
});

it('several experiments are run as one, and answered by name', async (t) => {
  const store = new RunStore(temporaryFolder(t));
  const trained: string[] = [];
  const study = await smoke(store, { onTrained: ({ key }) => trained.push(key) });
  const names = ['denseControl', 'baselineSettings'] as const;
  const answers = await study.runExperiments(names);
  const specs = names.flatMap((name) => study.experiment(name).specs);
  assert.deepEqual(trained.sort(), [...new Set(specs.map(runKey))].sort());
  assert.ok(trained.length < specs.length, 'they share a run');
  for (const name of names) {
    assert.deepEqual(
      answers[name].map(({ record }) => record.key),
      study.experiment(name).specs.map(runKey),
    );
  }
  assert.deepEqual(await missingRuns(study, names), []);
});

it('settings of the reader are trained with one seed, the rest as the study has it, and then found', async (t) => {
  const study = await smoke(new RunStore(temporaryFolder(t)), { seed: 4 });
  const settings = [{ model: cnn('mine', 2, 3), images: 100 }, { model: MODELS.baseline }];
  const [mine, baseline] = await study.runSettings(settings);
  const [usual] = study.experiment('filterSweep').specs;
  assert.deepEqual(baseline!.record.spec, usual, 'a run of the filter sweep');
  assert.deepEqual(
    [mine!.record.spec.split.train, mine!.record.spec.seed, mine!.record.spec.optimizer, mine!.recorded],
    [100, 4, usual!.optimizer, false],
  );
  const again = await study.runSettings(settings);
  assert.ok(again.every(({ recorded }) => recorded));
});

it('the datasets of a study are found by the fingerprint in a spec, and another one is refused by name', async (t) => {
  const study = await smoke(new RunStore(temporaryFolder(t)));
  const [spec] = study.experiment('filterSweep').specs;
  assert.equal(study.datasetOf(spec!), study.dataset);
  assert.equal(study.datasetOf(study.experiment('position').specs[0]!).name, 'position');
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
  const names = ['denseControl'] as const;
  const stopped = await smoke(store, { signal: controller.signal, onTrained: () => controller.abort() });
  await assert.rejects(stopped.runExperiments(names), refusal({ what: 'training was interrupted' }));
  assert.equal((await store.list()).length, 1);

  const trained: string[] = [];
  const study = await smoke(store, { onTrained: ({ key }) => trained.push(key) });
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
  const [spec] = study.experiment('filterSweep').specs;
  const path = join(store.folder, `${runKey(spec!)}.json`);
  writeFileSync(path, '{ "version": 1');
  const broken = refusal({ what: 'not a valid run record', where: path, remedy: 'delete the file' });
  await assert.rejects(study.runExperiments(['filterSweep']), broken);
  await assert.rejects(missingRuns(study, ['filterSweep']), broken);
  assert.equal(readFileSync(path, 'utf8'), '{ "version": 1', 'the file is left as it was');

  assert.throws(
    () => study.experiment('locality' as 'heads'),
    refusal({ what: 'unknown experiment', found: 'locality', expected: 'filterSweep, ' }),
  );
});

it('a study whose store cannot be written is read, and refused as soon as something is to be trained', async (t) => {
  const file = join(temporaryFolder(t), 'a-file');
  writeFileSync(file, '');
  const study = await smoke(new RunStore(join(file, 'runs')));
  assert.equal((await missingRuns(study, ['heads'])).length, 2);
  assert.deepEqual(await study.runExperiments([]), {});
  await assert.rejects(
    study.runExperiments(['heads']),
    refusal({ what: 'records of runs cannot be written here', where: 'a-file' }),
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
