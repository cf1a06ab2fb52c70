import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import {
  buildModel,
  countParameters,
  denseControl,
  initialWeights,
  layerShapes,
  MODEL_NAMES,
  MODELS,
  type ModelName,
  modelTotals,
  weightShapes,
  withDropout,
  withFlattenHead,
} from '../../src/models/index.js';

const PUBLISHED: Record<ModelName, number> = {
  baseline: 1_707_274,
  small: 14_450,
  medium: 44_762,
  big: 157_226,
  extra_big: 589_514,
};

describe('architectures', () => {
  let tensors = 0;
  before(async () => {
    await startEngine('wasm');
    tensors = tf.memory().numTensors;
  });
  after(() => assert.equal(tf.memory().numTensors, tensors, 'the models leave no tensors behind'));

  for (const name of MODEL_NAMES) {
    it(`${name} has the published number of parameters, by formula, by shape and as built`, () => {
      const spec = MODELS[name];
      const model = buildModel(spec, 0);
      try {
        assert.equal(countParameters(spec), PUBLISHED[name]);
        assert.equal(model.countParams(), PUBLISHED[name]);
        const byShape = weightShapes(spec).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
        assert.equal(byShape, PUBLISHED[name]);
      } finally {
        model.dispose();
      }
    });

    it(`${name}: inferred shapes and names are those of the built layers`, () => {
      const model = buildModel(MODELS[name], 0);
      try {
        const built = model.layers.map((layer) => ({
          name: layer.name,
          outputShape: (layer.outputShape as number[]).slice(1),
        }));
        const inferred = layerShapes(MODELS[name]).map((layer) => ({
          name: layer.name,
          outputShape: [...layer.outputShape],
        }));
        assert.deepEqual(built, inferred);
        const weights = model.getWeights().map(({ shape }) => shape);
        assert.deepEqual(
          weights,
          weightShapes(MODELS[name]).map(({ shape }) => [...shape]),
        );
      } finally {
        model.dispose();
      }
    });
  }

  it('sets exactly the weights that initialWeights draws, and gives ten logits an image', async () => {
    const model = buildModel(MODELS.small, 7);
    try {
      const held = await Promise.all(model.getWeights().map((weight) => weight.data()));
      assert.deepEqual(held, initialWeights(MODELS.small, 7));
      const shape = tf.tidy(() => (model.predict(tf.zeros([3, 32, 32, 3])) as tf.Tensor).shape);
      assert.deepEqual(shape, [3, 10]);
    } finally {
      model.dispose();
    }
  });

  it('puts dropout after every hidden dense layer, or removes it, at no change of parameters', () => {
    const hobbled = withDropout(MODELS.baseline, 0.3);
    assert.deepEqual(
      hobbled.layers.map(({ kind }) => kind),
      ['flatten', 'dense', 'dropout', 'dense', 'dropout', 'dense'],
    );
    assert.equal(countParameters(hobbled), PUBLISHED.baseline);
    const stronger = withDropout(MODELS.extra_big, 0.5);
    assert.deepEqual(
      stronger.layers.filter(({ kind }) => kind === 'dropout'),
      [{ kind: 'dropout', rate: 0.5 }],
    );
    assert.equal(
      withDropout(MODELS.big, 0).layers.some(({ kind }) => kind === 'dropout'),
      false,
    );
    assert.notEqual(hobbled.name, MODELS.baseline.name);
  });

  it('the dense control is flat and costs at most four times the baseline', () => {
    const spec = denseControl();
    assert.deepEqual(new Set(spec.layers.map(({ kind }) => kind)), new Set(['flatten', 'dense']));
    const weights = 3072 * 1024 + 1024 * 512 + 512 * 256 + 256 * 10;
    assert.equal(countParameters(spec), weights + 1024 + 512 + 256 + 10);
    assert.ok(modelTotals(spec).flops < 4 * modelTotals(MODELS.baseline).flops);
  });

  it('a flatten head on big has 8192 instead of 128 inputs to 128 units', () => {
    const model = buildModel(withFlattenHead(MODELS.big), 0);
    try {
      assert.equal(model.countParams() - PUBLISHED.big, (8192 - 128) * 128);
      assert.equal(model.countParams(), modelTotals(withFlattenHead(MODELS.big)).parameters);
    } finally {
      model.dispose();
    }
  });
});
