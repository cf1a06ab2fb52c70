import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MODELS } from '../../src/models/index.js';
import { PROTOCOLS, runSpec } from '../../src/study/index.js';
import {
  canonicalJson,
  parseRunSpec,
  type RunSpec,
  runKey,
  TRAINING_SEMANTICS,
  writtenSpec,
} from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { smallSet, tinySpec } from './fixtures.js';

const spec = tinySpec(smallSet(), { transform: { kind: 'permutePixels', blockSize: null } });

const KEYS = [
  '8ee94d4d955c81e8e7061a5edce6a0441cd7d0b0322d876849f163f5b0a4fc72',
  '11e7e6be1cc4ef07d5449485e58b072e44bb1f1a049721546b8e0d1c35fdf9b8',
  '2f0eeb2ecb26d7a6fb7c6d6ed34c88cab9a92491e322cba83913b50d44279ac6',
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** Every leaf of a value, by its path. */
function leaves(value: Json, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const entries = Array.isArray(value) ? value.map((inner, i) => [i, inner] as const) : Object.entries(value);
  return entries.flatMap(([key, inner]) => leaves(inner as Json, [...path, key]));
}

const copyOf = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

function changed(path: Path, change: (leaf: Json) => Json | undefined): unknown {
  const copy = copyOf(spec);
  let at = copy as Record<string | number, Json>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, Json>;
  const last = path.at(-1)!;
  const value = change(at[last]!);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/** The same value with the keys of every object in an order drawn at random. */
function reordered(value: Json, order: () => number): Json {
  if (Array.isArray(value)) return value.map((inner) => reordered(inner, order));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [order(), key, reordered(inner, order)] as const,
  );
  entries.sort(([a], [b]) => a - b);
  return Object.fromEntries(entries.map(([, key, inner]) => [key, inner]));
}

const allLeaves = leaves(copyOf(spec));

describe('a run’s key', () => {
  it('is the SHA-256 of the sorted JSON of what decides: without fields at their default or the model’s name', () => {
    const {
      precision: _,
      labelSmoothing: __,
      augmentation: _____,
      model,
      ...decisive
    } = copyOf(spec) as { [key: string]: Json };
    const { name: ___, ...layers } = model as { [key: string]: Json };
    const { test: ____, ...split } = (decisive.split ?? {}) as { [key: string]: Json };
    const kept = { ...decisive, split: { ...split, test: 20 }, model: layers, semantics: TRAINING_SEMANTICS };
    const text = canonicalJson(kept);
    assert.match(text, /^\{"batchSize":16,"dataset":"[0-9a-f]{64}","maxEpochs":4,"model":\{"inputShape":/);
    assert.equal(runKey(spec), createHash('sha256').update(text).digest('hex'));
    assert.equal(runKey({ ...spec, model: { ...spec.model, name: 'another' } }), runKey(spec));
  });

  it('of stored records never changes when a field is added', () => {
    // Taken from this version's first records; a new field belongs into DEFAULTS of run-spec.ts.
    const usual = { images: null, validation: 5_000, test: null };
    const subject = { dataset: 'f'.repeat(64), available: 50_000, seed: 0 };
    const replication = { ...usual, model: MODELS.big, protocol: PROTOCOLS.replication };
    const cycle = { kind: 'oneCycle', warmup: 0.25, initial: 0.1 } as const;
    const fast = {
      ...PROTOCOLS.replication,
      learningRate: 0.006,
      schedule: cycle,
      epochs: 8,
      patience: null,
    };
    const permuted = { ...usual, model: MODELS.small, protocol: fast, images: 500, block: 4 };
    assert.deepEqual(
      [
        runKey(runSpec(replication, subject)),
        runKey(runSpec(permuted, { ...subject, seed: 2 })),
        runKey(runSpec({ ...replication, protocol: fast }, { ...subject, precision: 'bf16' })),
      ],
      KEYS,
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ noNaN: true })), (stream) => {
        const order = () => stream.next().value as number;
        assert.equal(runKey(reordered(copyOf(spec), order) as unknown as RunSpec), runKey(spec));
      }),
    );
  });

  it('changes with every single field, each in a way of its own', () => {
    assert.ok(allLeaves.length > 40, `${allLeaves.length} fields`);
    const other = (leaf: Json): Json => {
      if (typeof leaf === 'number') return leaf + 1;
      return typeof leaf === 'string' ? `${leaf}x` : 7;
    };
    const decisive = allLeaves.filter((path) => path.join('.') !== 'model.name');
    const keys = decisive.map((path) => runKey(changed(path, other) as RunSpec));
    assert.equal(new Set([runKey(spec), ...keys]).size, decisive.length + 1);
  });
});

describe('parsing a run spec', () => {
  it('gives back a valid one, as it comes from JSON, and fills in what stands at its default', () => {
    assert.deepEqual(parseRunSpec(copyOf(spec), 'test'), spec);
    const bare = { ...spec, transform: { kind: 'none' as const }, patience: null };
    const written = copyOf(writtenSpec(bare));
    for (const field of ['transform', 'patience', 'labelSmoothing', 'precision'])
      assert.ok(!(field in (written as object)), field);
    assert.deepEqual(parseRunSpec(written, 'test'), bare);
    const constant = { ...spec, optimizer: { ...spec.optimizer, schedule: { kind: 'constant' } } };
    assert.deepEqual(parseRunSpec(constant, 'test'), constant);
  });

  it('names the field that does not fit, whichever it is', () => {
    for (const path of allLeaves) {
      const optional = ['split.train', 'split.test', 'patience', 'labelSmoothing', 'precision'];
      const missing = optional.includes(path.join('.')) ? [] : [changed(path, () => undefined)];
      for (const wrong of [changed(path, () => ({ wrong: true })), ...missing]) {
        // A hole in an array is an element of the wrong kind or number.
        const field = path.filter((key) => typeof key === 'string').at(-1)!;
        const named = new RegExp(`${field}|model\\.layers|kind`);
        assert.throws(
          () => parseRunSpec(wrong, 'file.json'),
          refusal({ what: 'not a valid run spec', where: 'file.json', found: named }),
          path.join('.'),
        );
      }
    }
  });

  it('refuses numbers out of range and fields it does not know', () => {
    const refuse = (path: Path, value: Json, found: string) =>
      assert.throws(
        () =>
          parseRunSpec(
            changed(path, () => value),
            'x',
          ),
        refusal({ found }),
      );
    refuse(['batchSize'], 0, 'batchSize');
    refuse(['maxEpochs'], 1.5, 'maxEpochs');
    refuse(['patience'], -1, 'patience');
    refuse(['seed'], 0.5, 'seed');
    refuse(['dataset'], 'abc', 'dataset');
    refuse(['split', 'train'], 0, 'split.train');
    refuse(['split', 'validation'], 0, 'split.validation');
    refuse(['optimizer', 'learningRate'], 0, 'optimizer.learningRate');
    refuse(['optimizer', 'beta1'], 1, 'optimizer.beta1');
    refuse(['optimizer', 'schedule', 'factor'], 1, 'optimizer.schedule.factor');
    refuse(['model', 'layers', 5, 'rate'], 1, 'model.layers[5].rate');
    assert.throws(() => parseRunSpec({ ...spec, epochs: 3 }, 'x'), refusal({ found: 'epochs' }));
    for (const value of [null, 'spec', [], undefined])
      assert.throws(() => parseRunSpec(value, 'x'), refusal({ where: 'x' }));
  });

  it('refuses a model whose layers do not fit together or that gives no logits', () => {
    const model = (layers: RunSpec['model']['layers']) => ({ ...spec, model: { ...spec.model, layers } });
    const misfit = model([{ kind: 'dense', units: 10, activation: 'linear' }]);
    assert.throws(() => parseRunSpec(misfit, 'x'), refusal({ what: 'needs a vector', where: 'layers[0]' }));
    const noLogits = model([{ kind: 'flatten' }, { kind: 'dense', units: 10, activation: 'relu' }]);
    assert.throws(() => parseRunSpec(noLogits, 'x'), refusal({ what: 'logits', where: 'x, model' }));
  });
});
