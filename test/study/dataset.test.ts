import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { datasetFor, loadSource, sourceOf, studyPositions } from '../../src/study/dataset.js';
import { type LabelledRun, openStudy, RunStore, SYNTHETIC } from '../../src/study/index.js';
import { trainInWorkers } from '../../src/study/pool.js';
import { runKey, train } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { reproducible, temporaryFolder, tinySpec } from '../training/fixtures.js';

const shapes = shapesDataset({ train: 10_000, test: 2_000, seed: 0 });
const positions = studyPositions();

describe('the datasets of a study', () => {
  it('are had anew from what is told of them', async () => {
    for (const dataset of [shapes, positions]) {
      const source = JSON.parse(JSON.stringify(sourceOf(dataset))) as ReturnType<typeof sourceOf>;
      assert.equal((await loadSource(source)).fingerprint, dataset.fingerprint, dataset.name);
    }
    assert.deepEqual(sourceOf({ ...shapes, name: 'cifar10', folder: '/data/cifar' }), {
      kind: 'folder',
      path: '/data/cifar',
    });
  });

  it('are told apart by the fingerprint in a run’s spec', () => {
    assert.equal(datasetFor([shapes, positions], tinySpec(positions)), positions);
    assert.equal(datasetFor([shapes, positions], tinySpec(shapes)), shapes);
    assert.throws(
      () => datasetFor([shapes], tinySpec(positions)),
      refusal({ what: 'another dataset', found: positions.fingerprint, expected: shapes.fingerprint }),
    );
  });
});

/** Runs on two datasets, and the records that they must give. */
const runs: LabelledRun[] = [shapes, positions].map((dataset) => ({
  label: dataset.name,
  spec: tinySpec(dataset, { maxEpochs: 1 }),
}));

it('a run trains on its own dataset, here and in a worker process that had another before', async (t) => {
  await startEngine('wasm');
  const store = new RunStore(temporaryFolder(t));
  const study = await openStudy({ profile: 'smoke', data: SYNTHETIC, engine: 'wasm', jobs: 1, store });
  const here = await study.runAll(runs);
  const apart = new RunStore(temporaryFolder(t));
  const sourceFor = (spec: LabelledRun['spec']) => sourceOf(study.datasetOf(spec));
  await trainInWorkers(runs, { jobs: 1, engine: 'wasm', store: apart.folder, sourceFor });
  for (const [i, dataset] of [shapes, positions].entries()) {
    const { spec } = runs[i]!;
    const expected = reproducible((await train(spec, dataset)).record);
    assert.deepEqual(reproducible(here[i]!.record), expected);
    assert.deepEqual(reproducible((await apart.get(runKey(spec)))!), expected);
  }
});
