import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { predictions } from '../../src/analysis/index.js';
import { type ImageSet, shapesDataset } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { filtersByNorm } from '../../src/lab/filters.js';
import { infer, type Pruning, type PruningLoss, pruningLosses } from '../../src/lab/index.js';
import { removableFraction } from '../../src/lab/pruning-losses.js';
import {
  cnn,
  initialWeights,
  type ModelSpec,
  weightShapes,
  withFlattenHead,
} from '../../src/models/index.js';
import { scoreLogits } from '../../src/training/index.js';

const spec = cnn('tiny', 4, 3);
const shapes = shapesDataset({ train: 130, test: 10, seed: 0 });
const OPTIONS = { fractions: [0.25, 0.5], randomFractions: [0.5], draws: 3, randomImages: 40 };

/** Biases too, so that a filter whose bias is left standing is seen; large enough that answers differ. */
const weightsOf = (model: ModelSpec) =>
  initialWeights(model, 3).map((values) =>
    values.every((value) => value === 0)
      ? values.map((_, i) => 0.1 * Math.sin(i + 1))
      : values.map((value) => 2 * value),
  );
const weights = weightsOf(spec);
/** The network's own answers for labels: whatever a removal changes is a mistake. */
const answered = async (model: ModelSpec): Promise<ImageSet> => ({
  ...shapes.train,
  labels: predictions(await infer(model, weightsOf(model), shapes.train.images)),
});

/** The oracle: weights and biases of some filters set to zero, by layer, and the whole network run. */
async function accuracyWithout(
  model: ModelSpec,
  { images, labels }: ImageSet,
  removed: Readonly<Record<string, readonly number[]>>,
): Promise<number> {
  const zeroed = weightShapes(model).map(({ name, shape }, i) => {
    const gone = removed[name.replace(/\/.*/, '')] ?? [];
    return weightsOf(model)[i]!.map((value, w) => (gone.includes(w % shape.at(-1)!) ? 0 : value));
  });
  return scoreLogits(await infer(model, zeroed, images), labels).accuracy;
}

/** The filters that a fraction removes of a layer, smallest norms first. */
function leastOf(model: ModelSpec, layer: string, fraction: number): number[] {
  const index = weightShapes(model).findIndex(({ name }) => name === `${layer}/kernel`);
  const filters = weightShapes(model)[index]!.shape.at(-1)!;
  return [...filtersByNorm(weightsOf(model)[index]!, filters)].slice(
    0,
    Math.max(1, Math.round(fraction * filters)),
  );
}

describe('removing filters', () => {
  before(() => startEngine('wasm'));

  it('pruning by magnitude takes the smallest sums of absolute weights first', () => {
    // Three filters over two weights: |1| + |-1|, |0.5| + |0|, |-3| + |0|.
    assert.deepEqual([...filtersByNorm(Float32Array.of(1, 0.5, -3, -1, 0, 0), 3)], [1, 0, 2]);
    assert.deepEqual([...filtersByNorm(Float32Array.of(1, 1), 2)], [0, 1]);
  });

  for (const model of [spec, withFlattenHead(spec)]) {
    it(`pruning ${model.name} gives its accuracy with those weights and biases set to zero, layer by layer and together`, async () => {
      const set = await answered(model);
      const tensors = tf.memory().numTensors;
      const found = await pruningLosses(model, weightsOf(model), set, OPTIONS);
      assert.equal(tf.memory().numTensors, tensors);
      assert.deepEqual([found.images, found.accuracy.mean, found.layers.length], [130, 1, 5 * 3]);
      const close = (loss: number, accuracy: number, what: string) =>
        assert.ok(
          Math.abs(1 - loss - accuracy) < 1e-12,
          `${what}: ${1 - loss}, zeroed filters give ${accuracy}`,
        );
      for (const { layer, removed, fraction, order, mean } of found.layers) {
        const least = leastOf(model, layer, fraction);
        assert.equal(removed, least.length);
        if (order === 'random') continue;
        close(
          mean,
          await accuracyWithout(model, set, { [layer]: least }),
          `${layer} without ${least.join()}`,
        );
      }
      assert.ok(new Set(found.layers.map(({ mean }) => mean)).size > 3, 'removals change something');
      for (const { fraction, mean } of found.together) {
        const layers = [1, 2, 3, 4, 5].map((n) => `conv${n}`);
        const removed = Object.fromEntries(layers.map((layer) => [layer, leastOf(model, layer, fraction)]));
        close(mean, await accuracyWithout(model, set, removed), `${fraction} of every layer`);
      }
    });
  }
});

describe('the losses', () => {
  let set: ImageSet;
  let found: Pruning;
  before(async () => {
    await startEngine('wasm');
    set = await answered(spec);
    found = await pruningLosses(spec, weights, set, OPTIONS);
  });

  it('losses are means over the layers, with an interval over images', () => {
    for (const { fraction, order, mean, n, low, high } of found.losses) {
      const layers = found.layers.filter((layer) => layer.fraction === fraction && layer.order === order);
      const expected = layers.reduce((sum, layer) => sum + layer.mean, 0) / 5;
      assert.ok(Math.abs(mean - expected) < 1e-12);
      assert.equal(n, order === 'random' ? 40 : 130);
      assert.ok(low! < mean && mean < high!);
    }
  });

  it('random losses average seeded draws, and report how these spread', async () => {
    for (const { order, draws, mean } of [...found.losses, ...found.layers]) {
      if (order === 'magnitude') assert.equal(draws, null);
      else {
        assert.equal(draws?.n, 3);
        assert.ok(Math.abs(draws.mean - mean) < 1e-12);
      }
    }
    assert.ok(found.losses.find(({ order }) => order === 'random')!.draws!.sd! > 0);
    assert.deepEqual(await pruningLosses(spec, weights, set, OPTIONS), found, 'the same draws again');
  });

  it('removing all filters costs the same in any order', async () => {
    const every = { fractions: [1], randomFractions: [1], draws: 2, randomImages: 130 };
    const [least, random] = (await pruningLosses(spec, weights, set, every)).losses;
    assert.ok(least!.mean > 0.1);
    assert.deepEqual([random!.mean, random!.low, random!.draws?.sd], [least!.mean, least!.low, 0]);
  });

  it('a network without convolutions has no losses', async () => {
    const dense: ModelSpec = {
      name: 'dense',
      inputShape: [32, 32, 3],
      layers: [{ kind: 'flatten' }, { kind: 'dense', units: 10, activation: 'linear' }],
    };
    const { layers, losses, removable } = await pruningLosses(
      dense,
      weightsOf(dense),
      await answered(dense),
      OPTIONS,
    );
    assert.deepEqual([layers, losses, removable.alone.fraction], [[], [], 0]);
  });
});

describe('the removable fraction', () => {
  const loss = (fraction: number, mean: number, half: number, order: PruningLoss['order'] = 'magnitude') => ({
    fraction,
    order,
    n: 500,
    mean,
    sd: 0.1,
    low: mean - half,
    high: mean + half,
    draws: null,
  });

  it('the removable fraction is the largest one up to which no step costs more than a point, with bounds by the ends of the intervals', () => {
    const losses = [loss(0.5, 0.01, 0.005), loss(0.25, 0, 0.005), loss(0.75, 0.02, 0.015), loss(0.875, 0, 0)];
    assert.deepEqual(removableFraction(losses), { fraction: 0.5, low: 0.25, high: 0.875 });
  });

  it('the removable fraction is 0 where the smallest step costs more, and the largest step where none does', () => {
    assert.deepEqual(removableFraction([loss(0.25, 0.02, 0.001), loss(0.5, 0, 0)]), {
      fraction: 0,
      low: 0,
      high: 0,
    });
    assert.equal(removableFraction([loss(0.25, 0, 0), loss(0.5, -0.1, 0)]).fraction, 0.5);
  });

  it('the removable fraction ignores random removals', () => {
    assert.equal(removableFraction([loss(0.25, 0.5, 0, 'random'), loss(0.5, 0, 0)]).fraction, 0.5);
  });
});
