import assert from 'node:assert/strict';
import { it } from 'node:test';
import { modelOrder, modelScales } from '../../src/charts/chart-spec.js';
import { accuracyByModel, classBalance, confusionHeatmap, MODEL_COLORS } from '../../src/charts/index.js';

const rows = (...names: string[]) => names.map((model) => ({ model }));

it("models stand in the study's order, variants after them", () => {
  assert.deepEqual(modelOrder(rows('big', 'mine', 'baseline', 'big', 'extra_big')), [
    'baseline',
    'big',
    'extra_big',
    'mine',
  ]);
});

it('a model has its colour whatever else is shown, and no two share colour and shape', () => {
  const { color, shape } = modelScales(rows('small', 'big_flatten', 'big', 'other'));
  assert.equal(color.range[color.domain.indexOf('big')], MODEL_COLORS.big);
  assert.equal(modelScales(rows('big')).color.range[0], MODEL_COLORS.big);
  const looks = color.range.map((colour, i) => `${colour} ${shape.range[i]}`);
  assert.equal(new Set(looks).size, 4);
});

it('data pass unchanged and are not aliased into nothing: the rows are in the spec', () => {
  const counts = [{ class: 'cat', split: 'train' as const, count: 5000 }];
  assert.deepEqual(classBalance(counts).data, { values: counts });
  const [row] = (
    accuracyByModel([{ model: 'big', accuracy: 0.8, published: 0.7937 }]).data as {
      values: { difference: number }[];
    }
  ).values;
  assert.ok(Math.abs(row!.difference - 0.0063) < 1e-12);
});

it('confusion cells hold counts and the share of their row, also for a class without images', () => {
  const spec = confusionHeatmap(
    [
      [3, 1],
      [0, 0],
    ],
    ['cat', 'dog'],
  );
  assert.deepEqual((spec.data as { values: unknown }).values, [
    { label: 'cat', predicted: 'cat', images: 3, share: 0.75 },
    { label: 'cat', predicted: 'dog', images: 1, share: 0.25 },
    { label: 'dog', predicted: 'cat', images: 0, share: 0 },
    { label: 'dog', predicted: 'dog', images: 0, share: 0 },
  ]);
});
