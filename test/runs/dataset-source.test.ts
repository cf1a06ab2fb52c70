import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { type DatasetSource, loadingOnce } from '../../src/runs/dataset-source.js';

it('a source is loaded once, and again after it could not be loaded', async () => {
  const dataset = shapesDataset({ train: 10, test: 10, seed: 0 });
  const asked: DatasetSource[] = [];
  const load = loadingOnce(async (source) => {
    asked.push(source);
    if (asked.length === 1) throw new Error('the disk did not answer');
    return dataset;
  });
  await assert.rejects(load({ kind: 'folder', path: 'a' }), /the disk did not answer/);
  const both = await Promise.all([load({ kind: 'folder', path: 'a' }), load({ kind: 'folder', path: 'a' })]);
  assert.ok(both.every((loaded) => loaded === dataset));
  await load({ kind: 'shapes' });
  assert.deepEqual(asked, [{ kind: 'folder', path: 'a' }, { kind: 'folder', path: 'a' }, { kind: 'shapes' }]);
});
