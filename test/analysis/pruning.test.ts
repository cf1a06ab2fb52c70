import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { filtersByNorm, predictions, predictor, pruningLosses } from '../../src/analysis/index.js';
import { type ImageSet, shapesDataset } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { cnn, initialWeights, weightShapes } from '../../src/models/index.js';
import { scoreLogits } from '../../src/training/index.js';

const spec = cnn('tiny', 4, 3);
const shapes = shapesDataset({ train: 130, test: 10, seed: 0 });
/** Biases too, so that a filter whose bias is left standing is seen; large enough that answers differ. */
const weights = initialWeights(spec, 3).map((values) =>
  values.every((value) => value === 0)
    ? values.map((_, i) => 0.1 * Math.sin(i + 1))
    : values.map((value) => 2 * value),
);
/** The model's own answers for labels: whatever a removal changes is a mistake. */
let train: ImageSet;
before(async () => {
  await startEngine('wasm');
  const model = predictor(spec, weights);
  train = { ...shapes.train, labels: predictions(model.predict(shapes.train.images)) };
  model.dispose();
});

/** The oracle: weights and biases of some filters set to zero, the whole model run on them. */
function accuracyWithout(layer: string, filters: readonly number[]): number {
  const zeroed = weightShapes(spec).map(({ name, shape }, i) =>
    name.startsWith(`${layer}/`)
      ? weights[i]!.map((value, w) => (filters.includes(w % shape.at(-1)!) ? 0 : value))
      : weights[i]!,
  );
  const model = predictor(spec, zeroed);
  const { accuracy } = scoreLogits(model.predict(train.images), train.labels);
  model.dispose();
  return accuracy;
}

describe('removing filters', () => {
  it('takes the smallest sums of absolute weights first', () => {
    // Three filters over two weights: |1| + |-1|, |0.5| + |0|, |-3| + |0|.
    assert.deepEqual([...filtersByNorm(Float32Array.of(1, 0.5, -3, -1, 0, 0), 3)], [1, 0, 2]);
    assert.deepEqual([...filtersByNorm(Float32Array.of(1, 1), 2)], [0, 1]);
  });

  it('gives the accuracy of the model with those weights and biases set to zero, layer by layer', () => {
    const held = tf.memory().numTensors;
    const found = pruningLosses(spec, weights, train, [0.25, 0.5]);
    assert.equal(tf.memory().numTensors, held);
    assert.deepEqual([found.images, found.layers.length], [130, 5 * 2 * 2]);
    assert.equal(found.accuracy, accuracyWithout('none', []));
    const names = weightShapes(spec).map(({ name }) => name);
    for (const { layer, filters, removed, share, chosen, accuracy } of found.layers) {
      assert.equal(removed, Math.max(1, Math.round(share * filters)));
      if (chosen === 'random') continue;
      const kernel = weights[names.indexOf(`${layer}/kernel`)]!;
      const least = [...filtersByNorm(kernel, filters)].slice(0, removed);
      assert.equal(accuracy, accuracyWithout(layer, least), `${layer} without ${least.join()}`);
    }
    assert.ok(new Set(found.layers.map(({ accuracy }) => accuracy)).size > 3, 'removals change something');
    assert.deepEqual(pruningLosses(spec, weights, train, [0.25, 0.5]), found, 'random is seeded');
  });

  it('tells the mean loss over layers', () => {
    const found = pruningLosses(spec, weights, train, [0.5]);
    for (const { share, chosen, mean, sd } of found.losses) {
      const layers = found.layers.filter((layer) => layer.share === share && layer.chosen === chosen);
      const expected = layers.reduce((sum, { accuracy }) => sum + found.accuracy - accuracy, 0) / 5;
      assert.ok(Math.abs(mean - expected) < 1e-12);
      assert.ok(sd > 0 && sd <= 1);
    }
  });
});
