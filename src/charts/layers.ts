import type { TopLevelSpec } from 'vega-lite';
import type { LayerArithmetic } from '../models/arithmetic.js';
// Not from the room's index, which would load the engine.
import { formatShape } from '../models/shapes.js';
import { type ChartSpec, FRAME, PERCENT } from './chart-spec.js';
import { CHART_PALETTE, LAYER_COLORS } from './palette.js';
import { modelOrder } from './series.js';

/**
 * Where in the model is the work done?
 *
 * @example
 * ```ts
 * import { drawChart, flopsByLayer, MODELS, modelArithmetic } from 'whyconv';
 *
 * (await drawChart(flopsByLayer(modelArithmetic(MODELS.small)))).svg.includes('conv1'); // => true
 * ```
 */
export function flopsByLayer(layers: readonly LayerArithmetic[]): ChartSpec {
  return byLayer(layers, ({ flops }) => flops, 'floating-point operations per image');
}

/**
 * How much of the image does each layer see?
 *
 * @example
 * ```ts
 * import { drawChart, MODELS, modelArithmetic, receptiveFieldByLayer } from 'whyconv';
 *
 * (await drawChart(receptiveFieldByLayer(modelArithmetic(MODELS.small)))).svg.includes('conv1'); // => true
 * ```
 */
export function receptiveFieldByLayer(layers: readonly LayerArithmetic[]): ChartSpec {
  return byLayer(layers, ({ receptiveField }) => receptiveField, 'receptive field in pixels');
}

/**
 * How are the parameters of each model divided between convolutions and dense layers?
 *
 * @example
 * ```ts
 * import { drawChart, MODELS, modelArithmetic, parameterShares } from 'whyconv';
 *
 * const shares = parameterShares([{ model: 'small', layers: modelArithmetic(MODELS.small) }]);
 * (await drawChart(shares)).svg.includes('small'); // => true
 * ```
 */
export function parameterShares(
  models: readonly { readonly model: string; readonly layers: readonly LayerArithmetic[] }[],
): ChartSpec {
  const values = models.flatMap(({ model, layers }) => sharesOf(layers).map((row) => ({ model, ...row })));
  const kinds = WEIGHTED.filter(({ name }) => values.some(({ kind }) => kind === name));
  return {
    ...FRAME,
    height: 36 * models.length,
    data: { values },
    mark: { type: 'bar', stroke: CHART_PALETTE.light.paper, strokeWidth: 1, height: { band: 0.7 } },
    encoding: {
      y: { field: 'model', type: 'nominal', title: null, sort: modelOrder(models) },
      x: {
        field: 'share',
        type: 'quantitative',
        title: 'share of the parameters',
        axis: { format: '.0%', grid: true, tickCount: 6 },
        stack: 'zero',
        scale: { domain: [0, 1] },
      },
      order: { field: 'order', type: 'quantitative' },
      color: {
        field: 'kind',
        type: 'nominal',
        title: 'layers',
        scale: { domain: kinds.map(({ name }) => name), range: kinds.map(({ color }) => color) },
      },
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'layer', type: 'nominal' },
        { field: 'parameters', type: 'quantitative', format: ',' },
        { field: 'share', type: 'quantitative', format: PERCENT },
      ],
    },
  } satisfies TopLevelSpec;
}

/** The kinds of layers that have parameters. */
const WEIGHTED = (
  [
    ['conv2d', 'convolution'],
    ['locallyConnected2d', 'locally connected'],
    ['dense', 'dense'],
  ] as const
).map(([kind, name]) => ({ kind, name, color: LAYER_COLORS[kind] }));

function sharesOf(layers: readonly LayerArithmetic[]) {
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  return layers.flatMap(({ name, kind, parameters }, order) => {
    const weighted = WEIGHTED.find((candidate) => candidate.kind === kind);
    if (!weighted) return [];
    return [{ layer: name, kind: weighted.name, order, parameters, share: parameters / total }];
  });
}

function byLayer(
  layers: readonly LayerArithmetic[],
  pick: (layer: LayerArithmetic) => number,
  title: string,
): ChartSpec {
  const values = layers.map((layer) => ({
    layer: layer.name,
    output: formatShape(layer.outputShape),
    value: pick(layer),
  }));
  return {
    ...FRAME,
    height: 26 * layers.length,
    data: { values },
    encoding: {
      y: { field: 'layer', type: 'nominal', title: null, sort: values.map(({ layer }) => layer) },
      x: {
        field: 'value',
        type: 'quantitative',
        title,
        axis: { format: '~s', grid: true, tickCount: 6 },
        // Room for the number after the longest bar.
        scale: { domain: [0, 1.2 * Math.max(0, ...values.map(({ value }) => value))], nice: false },
      },
      tooltip: [
        { field: 'layer', type: 'nominal' },
        { field: 'output', type: 'nominal' },
        { field: 'value', type: 'quantitative', title, format: ',' },
      ],
    },
    layer: [
      { mark: { type: 'bar', height: { band: 0.7 } } },
      {
        mark: { type: 'text', align: 'left', dx: 5 },
        encoding: { text: { field: 'value', type: 'quantitative', format: ',' } },
      },
    ],
  } satisfies TopLevelSpec;
}
