import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  accuracyByModel,
  accuracyCurves,
  type ChartSpec,
  confusionHeatmap,
  parameterShares,
  prunedPoints,
  redundancyRows,
} from '../../src/charts/index.js';
import { MODELS, withoutSharing } from '../../src/models/architectures.js';
import { modelArithmetic } from '../../src/models/arithmetic.js';
import { draw } from './draw.js';

const valuesOf = (spec: ChartSpec) => (spec.data as { values: Record<string, unknown>[] }).values;

describe('rows of pruned models', () => {
  it('start with the whole model, and lose accuracy from there', () => {
    const losses = [
      { share: 0.25, chosen: 'least' as const, mean: 0.0625 },
      { share: 0.25, chosen: 'random' as const, mean: 0.125 },
      { share: 0.5, chosen: 'least' as const, mean: 0.25 },
    ];
    assert.deepEqual(
      prunedPoints('small', { accuracy: 0.75, losses }).map(({ chosen, share, accuracy }) => [
        chosen,
        share,
        accuracy,
      ]),
      [
        ['least', 0, 0.75],
        ['least', 0.25, 0.6875],
        ['least', 0.5, 0.5],
        ['random', 0, 0.75],
        ['random', 0.25, 0.625],
      ],
    );
  });
});

describe('rows of redundancy', () => {
  it('have the rank of a layer before and after training', () => {
    const layer = { model: 'small', layer: 'conv1', filters: 8 };
    assert.deepEqual(redundancyRows('small', [{ layer: 'conv1', filters: 8, initial: 0.9, trained: 0.7 }]), [
      { ...layer, weights: 'initial', relativeRank: 0.9 },
      { ...layer, weights: 'trained', relativeRank: 0.7 },
    ]);
  });
});

describe('the confusion matrix', () => {
  const spec = confusionHeatmap(
    [
      [3, 1],
      [0, 0],
    ],
    ['cat', 'dog'],
  );
  it('has counts and the share of the true class, which is unknown for a class without images', () => {
    assert.deepEqual(valuesOf(spec), [
      { label: 'cat', predicted: 'cat', images: 3, share: 0.75 },
      { label: 'cat', predicted: 'dog', images: 1, share: 0.25 },
      { label: 'dog', predicted: 'cat', images: 0, share: null },
      { label: 'dog', predicted: 'dog', images: 0, share: null },
    ]);
  });
  it('draws no cell for a class without images, but keeps its place', async () => {
    const { marks, complaints, axes } = await draw(spec);
    assert.deepEqual(complaints, []);
    assert.deepEqual(
      marks.flatMap(({ text }) => text ?? []),
      ['75', '25'],
    );
    assert.ok(marks.every(({ datum }) => datum.label === 'cat'));
    assert.deepEqual(axes.find(({ title }) => title === 'true class')?.labels, ['cat', 'dog']);
  });
});

describe('accuracy by model', () => {
  it('has the difference from the published figure, or none', () => {
    const [first, second] = valuesOf(
      accuracyByModel([
        { model: 'big', accuracy: 0.8, published: 0.7937 },
        { model: 'mine', accuracy: 0.5 },
      ]),
    );
    assert.ok(Math.abs((first!.difference as number) - 0.0063) < 1e-12);
    assert.equal(second!.difference, null);
  });
});

describe('learning curves', () => {
  const point = {
    model: 'big',
    trainLoss: 1,
    validationLoss: 1,
    trainAccuracy: 0.5,
    validationAccuracy: 0.4,
  };
  const tooltips = async (seed: { seed?: number }) => {
    const points = [1, 2].map((epoch) => ({ ...point, ...seed, epoch }));
    return (await draw(accuracyCurves(points))).marks.map(({ tooltip }) => tooltip as Record<string, string>);
  };
  it('name the seed of a run that has one, and none otherwise', async () => {
    for (const tooltip of await tooltips({ seed: 7 })) assert.equal(String(tooltip.seed), '7');
    for (const tooltip of await tooltips({})) assert.ok(!('seed' in tooltip));
  });
});

describe('parameter shares', () => {
  it('add up to one per model, and have a color for each kind of layer', async () => {
    const models = [MODELS.baseline, MODELS.small, withoutSharing(MODELS.small)].map((spec) => ({
      model: spec.name,
      layers: modelArithmetic(spec),
    }));
    const { marks, plot, legendLabels } = await draw(parameterShares(models));
    assert.deepEqual(legendLabels, ['convolution', 'locally connected', 'dense']);
    for (const { model } of models) {
      const ends = marks.filter(({ datum }) => datum.model === model).flatMap(({ x }) => x);
      assert.ok(Math.abs(Math.max(...ends) - plot.width) < 0.01 && Math.min(...ends) < 0.01);
    }
    const colors = new Map(marks.map(({ datum, color }) => [datum.kind, color]));
    assert.equal(new Set(colors.values()).size, 3);
  });
});
