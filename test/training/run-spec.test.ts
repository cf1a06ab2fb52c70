import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, parseRunSpec, type RunSpec, runKey } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { smallSet, tinySpec } from './fixtures.js';

const spec = tinySpec(smallSet(), { transform: { kind: 'permutePixels', blockSize: null } });

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
  it('is the SHA-256 of its JSON with sorted keys and no spaces', () => {
    const text = canonicalJson(spec);
    assert.deepEqual(JSON.parse(text), copyOf(spec));
    assert.match(
      text,
      /^\{"batchSize":16,"dataset":"[0-9a-f]{64}","maxEpochs":4,"model":\{"inputShape":\[32,32,3\],/,
    );
    assert.equal(runKey(spec), createHash('sha256').update(text).digest('hex'));
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
    const keys = allLeaves.map((path) => runKey(changed(path, other) as RunSpec));
    assert.equal(new Set([runKey(spec), ...keys]).size, allLeaves.length + 1);
    const without = allLeaves.map((path) => runKey(changed(path, () => undefined) as RunSpec));
    assert.ok(!without.includes(runKey(spec)));
  });
});

describe('parsing a run spec', () => {
  it('gives back a valid one, as it comes from JSON', () => {
    assert.deepEqual(parseRunSpec(copyOf(spec), 'test'), spec);
    const constant = { ...spec, optimizer: { ...spec.optimizer, schedule: { kind: 'constant' } } };
    assert.deepEqual(parseRunSpec(constant, 'test'), constant);
  });

  it('names the field that does not fit, whichever it is', () => {
    for (const path of allLeaves) {
      for (const wrong of [changed(path, () => ({ wrong: true })), changed(path, () => undefined)]) {
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
