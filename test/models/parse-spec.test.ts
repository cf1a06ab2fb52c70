import assert from 'node:assert/strict';
import { it } from 'node:test';
import { WhyconvError } from '../../src/base/errors.js';
import { MODELS, withoutSharing } from '../../src/models/architectures.js';
import { parseModelSpec } from '../../src/models/parse-spec.js';
import { layerShapes } from '../../src/models/shapes.js';
import type { ModelSpec } from '../../src/models/spec.js';

function partsOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof WhyconvError, String(error));
    return error.parts;
  }
  return assert.fail('nothing was thrown');
}

it('every model of the study survives JSON', () => {
  for (const spec of [...Object.values(MODELS), withoutSharing(MODELS.small)]) {
    assert.deepEqual(parseModelSpec(JSON.parse(JSON.stringify(spec)), 'models.json'), spec);
  }
});

it('names the place of a wrong value, what stands there and what should', () => {
  const spec = JSON.parse(JSON.stringify(MODELS.small)) as { layers: { filters?: unknown }[] };
  spec.layers[1]!.filters = 'eight';
  const parts = partsOf(() => parseModelSpec(spec, 'models.json'));
  assert.match(parts.where!, /^models\.json, at layers\[1\]\.filters$/);
  assert.equal(parts.found, '"eight"');
  assert.match(parts.expected!, /expected number/);
});

it('refuses unknown keys, unknown layers, empty models and things that are no object', () => {
  for (const value of [
    null,
    'small',
    { ...MODELS.small, depth: 3 },
    { ...MODELS.small, layers: [] },
    { ...MODELS.small, layers: [{ kind: 'attention' }] },
    { ...MODELS.small, layers: [{ kind: 'dropout', rate: 1 }] },
    { ...MODELS.small, inputShape: [32, 32] },
  ]) {
    assert.equal(partsOf(() => parseModelSpec(value, 'test')).what, 'a model spec has the wrong form');
  }
});

it('refuses a model whose last layer gives no logits', () => {
  const spec = { ...MODELS.small, layers: MODELS.small.layers.slice(0, -2) };
  assert.match(partsOf(() => parseModelSpec(spec, 'test')).what, /logits/);
});

it('says which layer does not fit its input, and the remedy', () => {
  const model = (...layers: ModelSpec['layers']): ModelSpec => ({
    name: 'odd',
    inputShape: [8, 8, 3],
    layers,
  });
  const dense = { kind: 'dense', units: 4, activation: 'linear' } as const;
  const onMaps = partsOf(() => layerShapes(model(dense)));
  assert.match(onMaps.where!, /model "odd", layers\[0\] \(dense1\)/);
  assert.match(onMaps.found!, /\[8, 8, 3\]/);
  assert.match(onMaps.remedy!, /flatten/);
  const conv = { kind: 'conv2d', filters: 2, kernelSize: 3, activation: 'relu' } as const;
  const onVector = partsOf(() => layerShapes(model({ kind: 'flatten' }, conv)));
  assert.match(onVector.what, /conv2d layer needs feature maps/);
  assert.match(onVector.found!, /\[192\]/);
  const tooLarge = partsOf(() => layerShapes(model({ kind: 'maxPool2d', size: 9 })));
  assert.match(tooLarge.expected!, /at most 8/);
});
