import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MODELS,
  type ModelSpec,
  withDropout,
  withFlattenHead,
  withoutSharing,
} from '../../src/models/index.js';
import { conditionOf, PROTOCOLS, runSpec } from '../../src/study/index.js';

const nameOf = (model: ModelSpec): string => {
  const setting = { model, protocol: PROTOCOLS.fast, images: null, validation: 5_000, test: null };
  const subject = { dataset: '0'.repeat(64), available: 50_000, seed: 0 };
  return conditionOf(runSpec(setting, subject)).model;
};

describe('the model of a condition', () => {
  it('is the study’s, whatever its head, dropout and sharing, which a condition says of their own', () => {
    for (const variant of [MODELS.small, withDropout(MODELS.small, 0.5), withFlattenHead(MODELS.small)])
      assert.equal(nameOf(variant), 'small');
    assert.equal(nameOf(withoutSharing(MODELS.small)), 'small');
    assert.equal(nameOf(withDropout(MODELS.baseline, 0.3)), 'baseline');
  });

  it('is not the study’s where layers, their order or their activations differ', () => {
    const { layers } = MODELS.small;
    const own: ModelSpec[] = [
      { ...MODELS.small, name: 'unpooled', layers: layers.filter(({ kind }) => kind !== 'maxPool2d') },
      {
        ...MODELS.small,
        name: 'linear',
        layers: layers.map((layer) =>
          layer.kind === 'conv2d' ? { ...layer, activation: 'linear' as const } : layer,
        ),
      },
    ];
    assert.deepEqual(own.map(nameOf), ['unpooled', 'linear']);
  });
});
