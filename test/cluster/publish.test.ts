import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { publishStudy } from '../../src/cluster/index.js';
import { type Dataset, withoutImages } from '../../src/data/index.js';
import { RunStore } from '../../src/runs/index.js';
import {
  type ExperimentName,
  experiments,
  profileFor,
  recordedEpochCosts,
  recordedFacts,
  writeEpochCosts,
} from '../../src/study/index.js';
import { type RunSpec, runKey } from '../../src/training/index.js';
import { finishedRun } from '../runs/fixtures.js';
import { refusal } from '../support/refusal.js';
import { temporaryFolder } from '../training/fixtures.js';

const cifar10 = (fingerprint: string): Dataset =>
  withoutImages({
    ...{ name: 'cifar10', classes: ['cat', 'dog'], fingerprint, official: false },
    ...{ train: 50_000, test: 10_000 },
  });

/** A study of three seeds none of whose runs was trained yet, with a store of its own. */
function made(t: TestContext, dataset = cifar10('a'.repeat(64))) {
  const store = new RunStore(temporaryFolder(t));
  const all = experiments({
    dataset: { fingerprint: dataset.fingerprint, available: 50_000 },
    positions: { fingerprint: 'b'.repeat(64), available: 5_000 },
    profile: profileFor('full', 'native'),
    seed: 0,
  });
  const experiment = (name: ExperimentName) => all.find((one) => one.name === name)!;
  return { dataset, store, seed: 0, experiment };
}

const filesOf = (folder: string, ending: string) =>
  readdirSync(folder).filter((name) => name.endsWith(ending));

const isNamed =
  (name: string, seed: number) =>
  ({ model, seed: found }: RunSpec): boolean =>
    model.name === name && found === seed;

describe('publishing a study', () => {
  it('copies its runs, the weights of the CNNs of the first seed, measurements, costs and facts', async (t) => {
    const study = made(t);
    const { specs } = study.experiment('filterSweep');
    for (const spec of specs) await study.store.put(finishedRun(spec));
    const alien = finishedRun({ ...specs[0]!, seed: 99 });
    await study.store.put(alien);
    for (const run of [runKey(specs[0]!), alien.record.key])
      await study.store.measurement('ranks', { run }, Number, async () => 7);
    const { provenance } = alien.record;
    await writeEpochCosts(study.store.folder, [{ model: 'small', images: 45_000, provenance }]);

    const folder = temporaryFolder(t);
    const first = await publishStudy(study, folder);
    assert.deepEqual([first.added, first.same, first.measurements], [specs.length, 0, 1]);
    assert.ok(first.planned > specs.length, 'runs that are not trained yet are counted');
    const published = new RunStore(folder);
    assert.deepEqual(
      (await published.list()).map(({ key }) => key),
      specs.map(runKey).sort(),
    );
    const weights = ['small', 'medium', 'big', 'extra_big'].map((name) => specs.find(isNamed(name, 0))!);
    assert.deepEqual(
      filesOf(folder, '.safetensors').sort(),
      weights.map((spec) => `${runKey(spec)}.safetensors`).sort(),
    );
    assert.equal((await recordedEpochCosts(folder)).length, 1);
    assert.equal((await recordedFacts(folder)).fingerprint, study.dataset.fingerprint);

    const later = study.experiment('denseControl').specs[0]!;
    await study.store.put(finishedRun(later));
    const second = await publishStudy(study, folder);
    assert.deepEqual([second.added, second.same, second.measurements], [1, specs.length, 0]);

    const elsewhere = made(t);
    await elsewhere.store.put(finishedRun(later));
    const third = await publishStudy(elsewhere, folder);
    assert.deepEqual([third.added, third.same, third.recorded], [0, 1, specs.length + 1]);
  });

  it('is refused, and nothing is copied, where records of one run differ', async (t) => {
    const study = made(t);
    const [spec, other] = study.experiment('filterSweep').specs;
    await study.store.put(finishedRun(spec!));
    await study.store.put(finishedRun(other!));
    const folder = temporaryFolder(t);
    const { record, weights } = finishedRun(spec!);
    const test = { ...record.results!.test, accuracy: 0.9, loss: 0.4 };
    const history = record.history.map((epoch) => ({ ...epoch, trainLoss: 2 * epoch.trainLoss }));
    await new RunStore(folder).put({
      record: { ...record, history, results: { ...record.results!, test } },
      weights,
    });
    await assert.rejects(publishStudy(study, folder), refusal({ what: 'differ in their results' }));
    assert.equal(filesOf(folder, '.json').length, 1);
  });

  it('is refused on other images than the folder’s, and on anything but CIFAR-10', async (t) => {
    const folder = temporaryFolder(t);
    await publishStudy(made(t), folder);
    const others = made(t, cifar10('c'.repeat(64)));
    await assert.rejects(
      publishStudy(others, folder),
      refusal({ what: 'the recorded study is on other images' }),
    );
    const shapes = made(t, { ...cifar10('d'.repeat(64)), name: 'shapes' });
    await assert.rejects(
      publishStudy(shapes, folder),
      refusal({ what: 'the recorded study is about CIFAR-10' }),
    );
  });
});
