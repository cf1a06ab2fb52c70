import type { TopLevelSpec } from 'vega-lite';
import type { LayerArithmetic } from '../models/arithmetic.js';
// Not from the room's index, which would load the engine for the sake of a string.
import { formatShape } from '../models/shapes.js';
import { type ChartSpec, FRAME, modelOrder } from './chart-spec.js';

/** Where in the model do the parameters sit? */
export function parametersByLayer(layers: readonly LayerArithmetic[]): ChartSpec {
  return byLayer(layers, (layer) => layer.parameters.value, 'parameters');
}

/** Where in the model is the work done? */
export function flopsByLayer(layers: readonly LayerArithmetic[]): ChartSpec {
  return byLayer(layers, (layer) => layer.flops.value, 'floating-point operations per image');
}

/** How much of the image does each layer see? */
export function receptiveFieldByLayer(layers: readonly LayerArithmetic[]): ChartSpec {
  return byLayer(layers, (layer) => layer.receptiveField.value, 'receptive field in pixels');
}

/** How do models divide their parameters between convolutions and dense layers? */
export function parameterShares(
  models: readonly { readonly model: string; readonly layers: readonly LayerArithmetic[] }[],
): ChartSpec {
  const values = models.flatMap(({ model, layers }) => {
    const total = layers.reduce((sum, layer) => sum + layer.parameters.value, 0);
    return layers.flatMap((layer, order) => {
      const parameters = layer.parameters.value;
      return parameters > 0
        ? [
            {
              model,
              layer: layer.name,
              kind: KIND[layer.kind] ?? layer.kind,
              order,
              parameters,
              share: parameters / total,
            },
          ]
        : [];
    });
  });
  return {
    ...FRAME,
    height: 36 * models.length,
    data: { values },
    mark: { type: 'bar', stroke: '#fefefe', strokeWidth: 1, height: { band: 0.7 } },
    encoding: {
      y: { field: 'model', type: 'nominal', title: null, sort: modelOrder(models) },
      x: {
        field: 'share',
        type: 'quantitative',
        title: 'share of the parameters',
        axis: { format: '.0%', grid: true },
        stack: 'zero',
        scale: { domain: [0, 1] },
      },
      order: { field: 'order', type: 'quantitative' },
      color: { field: 'kind', type: 'nominal', title: 'layers', scale: { domain: ['convolution', 'dense'] } },
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'layer', type: 'nominal' },
        { field: 'parameters', type: 'quantitative', format: ',' },
        { field: 'share', type: 'quantitative', format: '.1%' },
      ],
    },
  } satisfies TopLevelSpec;
}

const KIND: Partial<Record<LayerArithmetic['kind'], string>> = { conv2d: 'convolution', dense: 'dense' };

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
  const y = { field: 'layer', type: 'nominal', title: null, sort: values.map(({ layer }) => layer) } as const;
  const tooltip = [
    { field: 'layer', type: 'nominal' },
    { field: 'output', type: 'nominal' },
    { field: 'value', type: 'quantitative', title, format: ',' },
  ] as const;
  return {
    ...FRAME,
    height: 26 * layers.length,
    data: { values },
    encoding: {
      y,
      x: {
        field: 'value',
        type: 'quantitative',
        title,
        axis: { format: '~s', grid: true },
        // Room for the number behind the longest bar.
        scale: { domain: [0, 1.2 * Math.max(...values.map(({ value }) => value))], nice: false },
      },
      tooltip: [...tooltip],
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
