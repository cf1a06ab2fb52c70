import { random } from '../../src/base/random.js';
import * as charts from '../../src/charts/index.js';
import { MODEL_NAMES, MODELS } from '../../src/models/architectures.js';
import { modelArithmetic, modelTotals } from '../../src/models/arithmetic.js';

/** A chart with made-up data, and what a reader must find in it: marks by kind and texts. */
export interface Sample {
  readonly name: string;
  readonly spec: charts.ChartSpec;
  /** Data marks drawn, by Vega's role description: "bar", "point", "line mark". */
  readonly marks: Readonly<Record<string, number>>;
  readonly texts: readonly string[];
}

const tests = { baseline: 0.472, small: 0.632, medium: 0.703, big: 0.785, extra_big: 0.801 };
const published = { baseline: 0.3993, small: 0.6092, medium: 0.7506, big: 0.7937, extra_big: 0.8049 };
const classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const stream = random(1, 'samples');

const costs = MODEL_NAMES.map((model, i) => ({
  model,
  parameters: modelTotals(MODELS[model]).parameters,
  flops: modelTotals(MODELS[model]).flops,
  seconds: 30 * (i + 1) ** 2,
  accuracy: tests[model],
  low: tests[model] - 0.01,
  high: tests[model] + 0.01,
  published: published[model],
}));

const epochs = MODEL_NAMES.flatMap((model, m) =>
  Array.from({ length: 8 }, (_, i) => ({
    model,
    epoch: i + 1,
    trainLoss: 2.3 - (0.2 + 0.05 * m) * Math.log(i + 2),
    validationLoss: 2.3 - (0.18 + 0.04 * m) * Math.log(i + 2) + 0.002 * m * i,
    trainAccuracy: 0.3 + (0.05 + 0.03 * m) * Math.log(i + 2),
    validationAccuracy: 0.3 + (0.05 + 0.025 * m) * Math.log(i + 2),
    best: i === 6,
  })),
);

const confusion = classes.map((_, label) =>
  classes.map((_, predicted) => (label === predicted ? 700 + 20 * label : stream.integer(0, 60))),
);

const shifts = ['baseline', 'big'].flatMap((model, m) =>
  Array.from({ length: 9 }, (_, shift) => ({
    model,
    shift,
    accuracy: (m ? 0.78 : 0.47) * Math.exp(-shift * (m ? 0.04 : 0.12)),
    agreement: Math.exp(-shift * 0.1),
  })),
);

const correlations = (['original', 'permuted'] as const).flatMap((images, p) =>
  Array.from({ length: 16 }, (_, i) => ({
    images,
    distance: i + 1,
    correlation: p ? 0.25 + 0.01 * stream.uniform() : 0.2 + 0.75 * Math.exp(-i / 6),
  })),
);

export const SAMPLES: readonly Sample[] = [
  {
    name: 'loss-curves',
    spec: charts.lossCurves(epochs),
    marks: { point: 80 + 5, 'line mark': 10 },
    texts: ['extra_big', 'validation', 'epoch', 'loss'],
  },
  {
    name: 'accuracy-curves',
    spec: charts.accuracyCurves(epochs),
    marks: { point: 85 },
    texts: ['baseline', 'train', 'accuracy'],
  },
  {
    name: 'accuracy-against-parameters',
    spec: charts.accuracyAgainstParameters(costs),
    marks: { point: 10, 'text mark': 5, rule: 5 },
    texts: ['trainable parameters', 'published', 'medium'],
  },
  {
    name: 'accuracy-against-parameters-of-a-variant',
    spec: charts.accuracyAgainstParameters([
      ...costs.slice(0, 2),
      { model: 'no sharing', parameters: 2_022_794, accuracy: 0.48 },
    ]),
    marks: { point: 5, 'text mark': 3 },
    texts: ['baseline', 'no sharing'],
  },
  {
    name: 'accuracy-against-flops',
    spec: charts.accuracyAgainstFlops(costs),
    marks: { point: 10 },
    texts: ['floating-point operations per image'],
  },
  {
    name: 'accuracy-against-seconds',
    spec: charts.accuracyAgainstSeconds(costs),
    marks: { point: 5 },
    texts: ['seconds of training'],
  },
  {
    name: 'accuracy-by-model',
    spec: charts.accuracyByModel(costs),
    marks: { bar: 5, point: 5, rule: 5 },
    texts: ['47.2%', '80.1%', 'published', 'test accuracy'],
  },
  {
    name: 'generalization-gap',
    spec: charts.generalizationGap(
      MODEL_NAMES.map((model, i) => ({ model, train: tests[model] + 0.03 * i, validation: tests[model] })),
    ),
    marks: { point: 10, rule: 5, 'text mark': 5 },
    texts: ['12.0 points', 'train', 'validation'],
  },
  {
    name: 'class-balance',
    spec: charts.classBalance(
      classes.flatMap((name) => [
        { class: name, split: 'train' as const, count: 5000 },
        { class: name, split: 'test' as const, count: 1000 },
      ]),
    ),
    marks: { bar: 20 },
    texts: ['airplane', 'truck', 'images'],
  },
  {
    name: 'accuracy-against-shift',
    spec: charts.accuracyAgainstShift(shifts),
    marks: { point: 18, 'line mark': 2, rule: 1 },
    texts: ['shift in pixels', 'big'],
  },
  {
    name: 'accuracy-against-examples',
    spec: charts.accuracyAgainstExamples(
      ['baseline', 'small'].flatMap((model, m) =>
        [500, 2000, 10_000, 45_000].map((examples) => ({
          model,
          examples,
          accuracy: 0.1 + 0.04 * (m + 1) * Math.log10(examples),
        })),
      ),
    ),
    marks: { point: 8, 'line mark': 2 },
    texts: ['training images'],
  },
  {
    name: 'spatial-correlation',
    spec: charts.correlationByDistance(correlations),
    marks: { point: 32, 'line mark': 2 },
    texts: ['distance in pixels', 'original', 'permuted'],
  },
  {
    name: 'equivariance',
    spec: charts.equivarianceByShift(
      (
        [
          ['conv2', 1],
          ['pool1', 2],
          ['conv4', 2],
          ['pool2', 4],
        ] as const
      ).flatMap(([layer, stride], i) =>
        [0, 1, 2, 3, 4, 5, 6, 7, 8].map((shift) => ({
          layer,
          stride,
          shift,
          error: shift % stride === 0 ? 2e-7 : 0.2 + 0.05 * i,
        })),
      ),
    ),
    marks: { point: 36, 'line mark': 4 },
    texts: ['relative equivariance error', 'pool1', 'stride in pixels'],
  },
  {
    name: 'confusion-matrix',
    spec: charts.confusionHeatmap(confusion, classes),
    marks: { 'rect mark': 100, 'text mark': 100 },
    texts: ['predicted', 'true class', 'automobile'],
  },
  {
    name: 'parameters-by-layer',
    spec: charts.parametersByLayer(modelArithmetic(MODELS.big)),
    marks: { bar: 11, 'text mark': 11 },
    texts: ['73,856', 'conv5'],
  },
  {
    name: 'flops-by-layer',
    spec: charts.flopsByLayer(modelArithmetic(MODELS.big)),
    marks: { bar: 11 },
    texts: ['18,874,368'],
  },
  {
    name: 'receptive-field-by-layer',
    spec: charts.receptiveFieldByLayer(modelArithmetic(MODELS.big)),
    marks: { bar: 11 },
    texts: ['24', 'receptive field in pixels'],
  },
  {
    name: 'parameter-shares',
    spec: charts.parameterShares(
      MODEL_NAMES.map((model) => ({ model, layers: modelArithmetic(MODELS[model]) })),
    ),
    marks: { bar: 3 + 4 * 7 },
    texts: ['convolution', 'dense', 'share of the parameters'],
  },
  {
    name: 'permutation-effect',
    spec: charts.permutationEffect(
      ['baseline', 'big'].flatMap((model, m) => [
        { model, images: 'original' as const, accuracy: m ? 0.78 : 0.47 },
        { model, images: 'permuted' as const, accuracy: m ? 0.49 : 0.465 },
      ]),
    ),
    marks: { bar: 4, 'text mark': 4, rule: 1 },
    texts: ['78.0%', '46.5%', 'permuted'],
  },
  {
    name: 'accuracy-by-class',
    spec: charts.accuracyByClass(
      ['baseline', 'big'].flatMap((model, m) =>
        classes.map((name, i) => ({ model, class: name, accuracy: 0.4 + 0.3 * m + 0.02 * ((i * 7) % 10) })),
      ),
    ),
    marks: { point: 20 },
    texts: ['frog', 'baseline'],
  },
  {
    name: 'redundancy-by-width',
    spec: charts.redundancyByWidth(
      [8, 16, 32, 64, 128].flatMap((filters, i) => [
        { model: 'any', layer: `conv${i}`, filters, weights: 'initial' as const, relativeRank: 0.97 },
        {
          model: 'any',
          layer: `conv${i}`,
          filters,
          weights: 'trained' as const,
          relativeRank: 0.95 - 0.05 * i,
        },
      ]),
    ),
    marks: { point: 10 },
    texts: ['filters in the layer', 'trained'],
  },
  {
    name: 'accuracy-against-block',
    spec: charts.accuracyAgainstBlock(
      ['baseline', 'big'].flatMap((model, m) =>
        [1, 2, 4, 8, 32].map((block) => ({
          model,
          block,
          accuracy: m ? 0.78 - 0.06 * Math.log2(block) : 0.47,
        })),
      ),
    ),
    marks: { point: 10, 'line mark': 2, rule: 1 },
    texts: ['side of the blocks inside which pixels are permuted', '8', '32'],
  },
  {
    name: 'accuracy-without-filters',
    spec: charts.accuracyWithoutFilters(
      ['small', 'big'].flatMap((model, m) =>
        (['least', 'random'] as const).flatMap((chosen, c) =>
          [0, 0.25, 0.5].map((share) => ({
            model,
            chosen,
            share,
            accuracy: 0.6 + 0.15 * m - share * (0.8 - 0.4 * m) * (1 + 0.3 * c),
          })),
        ),
      ),
    ),
    marks: { point: 12, 'line mark': 4, rule: 1 },
    texts: ['share of a layer’s filters removed', 'random', 'big'],
  },
  {
    name: 'reach-by-distance',
    spec: charts.reachByDistance(
      ['conv1', 'conv2', 'pool1'].flatMap((layer, i) =>
        Array.from({ length: i + 2 }, (_, distance) => ({ layer, distance, weight: 1 / (1 + distance) })),
      ),
    ),
    marks: { point: 9, 'line mark': 3 },
    texts: ['pixels from the middle', 'pool1'],
  },
];
