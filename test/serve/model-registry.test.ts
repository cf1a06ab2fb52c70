import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exportNetwork } from '../../src/export/index.js';
import type { TrainedNetwork } from '../../src/runs/index.js';
import { ModelRegistry } from '../../src/serve/model-registry.js';
import type { Servable } from '../../src/serve/servable.js';
import { NETWORK } from './running.js';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'whyconv-registry-'));
  await exportNetwork('safetensors', NETWORK, root);
});
after(() => rm(root, { recursive: true, force: true }));

/** A registry of networks that compute nothing, and the sources of those that were disposed of. */
function registry() {
  const disposed: string[] = [];
  const serve = async (name: string, { model, source, key }: TrainedNetwork): Promise<Servable> => ({
    name,
    version: '1',
    model,
    source,
    key,
    classes: [],
    queued: () => 0,
    predict: async () => new Float32Array(),
    dispose: async () => {
      disposed.push(source);
    },
  });
  return { models: new ModelRegistry(serve, root), disposed };
}

/** What the service is started with, once it is told to go on. */
function own() {
  let goOn = () => {};
  const network = new Promise<TrainedNetwork>((resolve) => {
    goOn = () => resolve(NETWORK);
  });
  return { load: () => network, goOn };
}

describe('the models of a service', () => {
  it('the one that it is started with is the first, also where others are loaded before', async () => {
    const { models } = registry();
    const { load, goOn } = own();
    const added = models.addFirst(load);
    await models.load('another', root);
    assert.throws(() => models.first(), { statusCode: 503 });
    goOn();
    await added;
    assert.equal(models.first().source, NETWORK.source);
  });

  it('without one the first that was loaded is', async () => {
    const { models } = registry();
    assert.throws(() => models.first(), { statusCode: 503 });
    await models.load('a', root);
    await models.load('b', root);
    assert.equal(models.first().name, 'a');
  });

  it('the one that it is started with has its name, whatever was loaded under it before', async () => {
    const { models, disposed } = registry();
    const { load, goOn } = own();
    const added = models.addFirst(load);
    await models.load('small', root);
    goOn();
    await added;
    assert.deepEqual(disposed, ['small.safetensors']);
    assert.equal(models.get('small').source, NETWORK.source);
    await assert.rejects(models.load('small', root), { statusCode: 409 });
  });

  it('one that is ready only after that name is taken is refused', async () => {
    const { models, disposed } = registry();
    const loading = models.load('small', root);
    await models.addFirst(async () => NETWORK);
    await assert.rejects(loading, { statusCode: 409 });
    assert.deepEqual(disposed, ['small.safetensors']);
    assert.equal(models.get('small').source, NETWORK.source);
  });

  it('one that is ready only after the end is disposed of', async () => {
    const { models, disposed } = registry();
    const { load, goOn } = own();
    const added = models.addFirst(load);
    await models.load('a', root);
    await models.dispose();
    assert.deepEqual(disposed, ['small.safetensors']);
    goOn();
    await added;
    assert.deepEqual(disposed, ['small.safetensors', NETWORK.source]);
    assert.deepEqual(models.list(), []);
  });
});
