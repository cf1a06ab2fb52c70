import { random } from '../../src/base/random.js';
import * as charts from '../../src/charts/index.js';
import { MODEL_NAMES, MODELS } from '../../src/models/architectures.js';
import { modelArithmetic, modelTotals } from '../../src/models/arithmetic.js';
import type { DrawnMark } from './draw.js';

/** A chart with made-up rows, and what must be true of its drawing. */
export interface ChartCase {
  readonly name: string;
  readonly spec: charts.ChartSpec;
  /** The same chart without a row. */
  readonly empty: charts.ChartSpec;
  /** Data marks by kind. */
  readonly marks: Readonly<Partial<Record<DrawnMark['mark'], number>>>;
  /** Titles of the axes that have one. */
  readonly axes: readonly string[];
  /** The field whose values are series, and the channels that tell them apart, each alone. */
  readonly series?: { readonly field: string; readonly by: readonly ('color' | 'shape')[] };
  /** Some texts in the plot. */
  readonly texts?: readonly string[];
}

function chart<Row>(
  name: string,
  make: (rows: readonly Row[]) => charts.ChartSpec,
  rows: readonly Row[],
  expected: Pick<ChartCase, 'marks' | 'axes' | 'series' | 'texts'>,
): ChartCase {
  for (const row of rows) Object.freeze(row);
  return { name, spec: make(Object.freeze(rows)), empty: make([]), ...expected };
}

const tests = { baseline: 0.472, small: 0.632, medium: 0.703, big: 0.785, extra_big: 0.801 };
const published = { baseline: 0.3993, small: 0.6092, medium: 0.7506, big: 0.7937, extra_big: 0.8049 };
const classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const stream = random(1, 'chart cases');
const duel = ['baseline', 'big'] as const;
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Accuracies with intervals and published figures. */
export const COSTS: readonly charts.CostPoint[] = MODEL_NAMES.map((model) => ({
  model,
  parameters: modelTotals(MODELS[model]).parameters,
  flops: modelTotals(MODELS[model]).flops,
  accuracy: tests[model],
  low: tests[model] - 0.01,
  high: tests[model] + 0.01,
  published: published[model],
}));

const epochs = MODEL_NAMES.flatMap((model, m) =>
  upTo(8).map((i) => ({
    model,
    epoch: i + 1,
    trainLoss: 2.3 - (0.2 + 0.05 * m) * Math.log(i + 2),
    validationLoss: 2.3 - (0.18 + 0.04 * m) * Math.log(i + 2) + 0.002 * m * i,
    trainAccuracy: 0.3 + (0.05 + 0.03 * m) * Math.log(i + 2),
    validationAccuracy: 0.3 + (0.05 + 0.025 * m) * Math.log(i + 2),
    best: i === 6,
    seed: 0,
  })),
);

const confusion = classes.map((_, label) =>
  classes.map((_, predicted) => (label === predicted ? 700 + 20 * label : stream.integer(0, 60))),
);

const byColorAndShape = ['color', 'shape'] as const;

export const CHARTS: readonly ChartCase[] = [
  chart('lossCurves', charts.lossCurves, epochs, {
    marks: { symbol: 80 + 5, line: 10 },
    axes: ['epoch', 'cross-entropy loss in nats'],
    series: { field: 'model', by: byColorAndShape },
  }),
  chart('accuracyCurves', charts.accuracyCurves, epochs, {
    marks: { symbol: 80 + 5, line: 10 },
    axes: ['epoch', 'accuracy'],
    series: { field: 'model', by: byColorAndShape },
  }),
  chart('accuracyAgainstParameters', charts.accuracyAgainstParameters, COSTS, {
    marks: { symbol: 5 + 5, rule: 5, text: 5 },
    axes: ['trainable parameters', 'test accuracy'],
    series: { field: 'model', by: ['color'] },
    texts: MODEL_NAMES,
  }),
  chart('accuracyAgainstFlops', charts.accuracyAgainstFlops, COSTS, {
    marks: { symbol: 10, rule: 5, text: 5 },
    axes: ['floating-point operations per image', 'test accuracy'],
    series: { field: 'model', by: ['color'] },
  }),
  chart(
    'accuracyAgainstParameters with a variant',
    charts.accuracyAgainstParameters,
    [...COSTS.slice(0, 2), { model: 'no sharing', parameters: 2_022_794, flops: 1e6, accuracy: 0.48 }],
    {
      marks: { symbol: 5, rule: 2, text: 3 },
      axes: ['trainable parameters', 'test accuracy'],
      series: { field: 'model', by: ['color'] },
      texts: ['baseline', 'small', 'no sharing'],
    },
  ),
  chart('accuracyByModel', charts.accuracyByModel, COSTS, {
    marks: { rect: 5, rule: 5, symbol: 5, text: 5 },
    axes: ['test accuracy'],
    series: { field: 'model', by: [] },
    texts: ['47.2%', '80.1%'],
  }),
  chart(
    'accuracyBySource',
    charts.accuracyBySource,
    MODEL_NAMES.flatMap((model): charts.SourcedAccuracy[] => [
      { model, source: 'published', accuracy: published[model] },
      {
        model,
        source: 'recorded',
        accuracy: tests[model],
        low: tests[model] - 0.01,
        high: tests[model] + 0.01,
      },
      { model, source: 'here', accuracy: tests[model] },
    ]),
    {
      marks: { symbol: 15, rule: 5 },
      axes: ['test accuracy'],
      series: { field: 'source', by: byColorAndShape },
    },
  ),
  chart(
    'generalizationGap',
    charts.generalizationGap,
    MODEL_NAMES.map((model, i) => ({ model, train: tests[model] + 0.03 * i, validation: tests[model] })),
    { marks: { symbol: 10, rule: 5, text: 5 }, axes: ['accuracy'], texts: ['0.0 points', '12.0 points'] },
  ),
  chart(
    'classBalance',
    charts.classBalance,
    classes.flatMap((name) => [
      { class: name, split: 'train' as const, count: 5000 },
      { class: name, split: 'test' as const, count: 1000 },
    ]),
    { marks: { rect: 20 }, axes: ['images'], series: { field: 'split', by: ['color'] } },
  ),
  chart(
    'accuracyAgainstShift',
    charts.accuracyAgainstShift,
    duel.flatMap((model, m) =>
      upTo(9).map((shift) => ({
        model,
        shift,
        accuracy: (m ? 0.78 : 0.47) * Math.exp(-shift * (m ? 0.04 : 0.12)),
        consistency: Math.exp(-shift * 0.1),
      })),
    ),
    {
      marks: { symbol: 18, line: 2, rule: 1 },
      axes: ['shift in pixels', 'accuracy'],
      series: { field: 'model', by: byColorAndShape },
    },
  ),
  chart(
    'accuracyAgainstShift with intervals of some points',
    charts.accuracyAgainstShift,
    duel.flatMap((model, m) =>
      [0, 4, 8].map((shift) => {
        const accuracy = (m ? 0.78 : 0.47) * Math.exp(-shift * (m ? 0.04 : 0.12));
        return { model, shift, accuracy, ...(m === 0 && { low: accuracy - 0.02, high: accuracy + 0.02 }) };
      }),
    ),
    {
      marks: { symbol: 6, line: 2, rule: 4 },
      axes: ['shift in pixels', 'accuracy'],
      series: { field: 'model', by: byColorAndShape },
    },
  ),
  chart(
    'accuracyAgainstExamples',
    charts.accuracyAgainstExamples,
    duel.flatMap((model, m) =>
      [500, 2000, 10_000, 45_000].map((examples) => ({
        model,
        examples,
        accuracy: 0.1 + 0.04 * (m + 1) * Math.log10(examples),
      })),
    ),
    {
      marks: { symbol: 8, line: 2, rule: 1 },
      axes: ['training images', 'accuracy'],
      series: { field: 'model', by: byColorAndShape },
    },
  ),
  chart(
    'accuracyAgainstBlock',
    charts.accuracyAgainstBlock,
    duel.flatMap((model, m) =>
      [1, 2, 4, 8, 32].map((block) => ({
        model,
        block,
        accuracy: m ? 0.78 - 0.06 * Math.log2(block) : 0.47,
      })),
    ),
    {
      marks: { symbol: 10, line: 2, rule: 1 },
      axes: ['side in pixels of the blocks inside which pixels are permuted', 'accuracy'],
      series: { field: 'model', by: byColorAndShape },
    },
  ),
  chart(
    'accuracyWithoutFilters',
    charts.accuracyWithoutFilters,
    duel.flatMap((model, m) =>
      (['least', 'random'] as const).flatMap((chosen, c) =>
        [0, 0.25, 0.5].map((share) => ({
          model,
          chosen,
          share,
          accuracy: 0.6 + 0.15 * m - share * (0.8 - 0.4 * m) * (1 + 0.3 * c),
        })),
      ),
    ),
    {
      marks: { symbol: 12, line: 4, rule: 1 },
      axes: ['share of a layer’s filters removed', 'accuracy, mean over layers'],
      series: { field: 'model', by: byColorAndShape },
    },
  ),
  chart(
    'correlationByDistance',
    charts.correlationByDistance,
    (['original', 'permuted'] as const).flatMap((images, p) =>
      upTo(16).map((i) => ({
        images,
        distance: i + 1,
        correlation: p ? 0.04 * (stream.uniform() - 0.5) : 0.2 + 0.75 * Math.exp(-i / 6),
      })),
    ),
    {
      marks: { symbol: 32, line: 2 },
      axes: ['distance in pixels', 'correlation of two pixels (Pearson’s r)'],
      series: { field: 'images', by: byColorAndShape },
    },
  ),
  chart(
    'equivarianceByShift',
    charts.equivarianceByShift,
    (['conv1', 'conv2', 'pool1', 'conv3', 'conv4', 'pool2', 'conv5', 'conv6', 'conv7'] as const).flatMap(
      (layer, i) =>
        upTo(9).map((shift) => ({
          layer,
          stride: 2 ** Math.floor(i / 3),
          shift,
          error: shift % 2 === 0 ? 2e-7 : 0.2 + 0.05 * i,
        })),
    ),
    {
      marks: { symbol: 81, line: 9 },
      axes: ['shift in pixels', 'relative equivariance error'],
      series: { field: 'layer', by: ['color'] },
    },
  ),
  chart(
    'reachByDistance',
    charts.reachByDistance,
    ['conv1', 'conv2', 'pool1'].flatMap((layer, i) =>
      upTo(i + 2).map((distance) => ({ layer, distance, weight: 1 / (1 + distance) })),
    ),
    {
      marks: { symbol: 9, line: 3 },
      axes: ['distance from the center in pixels', 'mean gradient of a pixel, relative to the largest'],
      series: { field: 'layer', by: ['color'] },
    },
  ),
  {
    name: 'confusionHeatmap',
    spec: charts.confusionHeatmap(confusion, classes),
    empty: charts.confusionHeatmap([], []),
    marks: { rect: 100, text: 100 },
    axes: ['predicted', 'true class'],
  },
  chart('flopsByLayer', charts.flopsByLayer, modelArithmetic(MODELS.big), {
    marks: { rect: 11, text: 11 },
    axes: ['floating-point operations per image'],
    texts: ['18,874,368'],
  }),
  chart('receptiveFieldByLayer', charts.receptiveFieldByLayer, modelArithmetic(MODELS.big), {
    marks: { rect: 11, text: 11 },
    axes: ['receptive field in pixels'],
    texts: ['24', '32'],
  }),
  chart(
    'parameterShares',
    charts.parameterShares,
    MODEL_NAMES.map((model) => ({ model, layers: modelArithmetic(MODELS[model]) })),
    {
      marks: { rect: 3 + 4 * 7 },
      axes: ['share of the parameters'],
      series: { field: 'kind', by: ['color'] },
    },
  ),
  chart(
    'permutationEffect',
    charts.permutationEffect,
    duel.flatMap((model, m) => [
      { model, images: 'original' as const, accuracy: m ? 0.78 : 0.47 },
      { model, images: 'permuted' as const, accuracy: m ? 0.49 : 0.465 },
    ]),
    {
      marks: { rect: 4, text: 4, rule: 1 },
      axes: ['test accuracy'],
      series: { field: 'images', by: ['color'] },
      texts: ['78.0%', '46.5%'],
    },
  ),
  chart(
    'accuracyByClass',
    charts.accuracyByClass,
    duel.flatMap((model, m) =>
      classes.map((name, i) => ({ model, class: name, accuracy: 0.4 + 0.3 * m + 0.02 * ((i * 7) % 10) })),
    ),
    { marks: { symbol: 20 }, axes: ['test accuracy'], series: { field: 'model', by: byColorAndShape } },
  ),
  chart(
    'redundancyByWidth',
    charts.redundancyByWidth,
    [8, 16, 32, 64, 128].flatMap((filters, i) =>
      charts.redundancyRows('any', [{ layer: `conv${i}`, filters, initial: 0.97, trained: 0.95 - 0.05 * i }]),
    ),
    {
      marks: { symbol: 10 },
      axes: ['filters in the layer', 'effective rank, as a share of the largest possible'],
      series: { field: 'weights', by: byColorAndShape },
    },
  ),
];
