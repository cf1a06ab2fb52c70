import { formatCount, formatPercent } from '../base/format.js';
import {
  derivedArithmetic,
  flopsByLayer,
  modelDiagram,
  parameterShares,
  receptiveFieldByLayer,
} from '../charts/index.js';
import {
  countParameters,
  formatShape,
  type LayerArithmetic,
  type ModelSpec,
  modelArithmetic,
} from '../models/index.js';
import type { FigureOptions, TableView } from '../notebook/show.js';

/** Which layers does a network have? */
export function diagramView(spec: ModelSpec): FigureOptions {
  return {
    svg: modelDiagram(spec),
    caption: `Which layers does \`${spec.name}\` have? ${formatCount(countParameters(spec))} parameters.`,
    alt: `Diagram of ${spec.name}: ${spec.layers.map(({ kind }) => kind).join(', ')}.`,
  };
}

/**
 * What each network costs per image, its parameters counted twice.
 *
 * @param built parameters of the built models, in the order of `specs`
 */
export function costTable(specs: readonly ModelSpec[], built: readonly number[]): TableView {
  return {
    rows: specs.map((spec, i) => {
      const { parameters, flops, activationBytes } = derivedTotals(spec);
      return {
        model: spec.name,
        parameters: {
          'by formula': formatCount(parameters),
          'in the built model': formatCount(built[i]!),
          agree: built[i] === parameters ? 'yes' : '**NO**',
        },
        'MFLOPs per image': (flops / 1e6).toFixed(2),
        'activations, kB': (activationBytes / 1000).toFixed(0),
      };
    }),
    caption:
      'FLOPs count two per multiply-accumulate of the forward pass; activations are float32, kept for the backward pass.',
  };
}

function derivedTotals(spec: ModelSpec) {
  const layers = derivedArithmetic(spec);
  const total = (count: 'parameters' | 'flops' | 'activationBytes') =>
    layers.reduce((sum, layer) => sum + layer[count].value, 0);
  return {
    parameters: total('parameters'),
    flops: total('flops'),
    activationBytes: total('activationBytes'),
  };
}

/** In which layers are the parameters? */
export function sharesView(specs: readonly ModelSpec[]): FigureOptions {
  const models = specs.map((spec) => ({ model: spec.name, layers: modelArithmetic(spec) }));
  const largest = models.map(({ model, layers }) => {
    const { name, parameters } = largestBy(layers, 'parameters');
    return `\`${model}\` ${formatPercent(parameters / sumOf(layers, 'parameters'))} in ${name}`;
  });
  return {
    chart: parameterShares(models),
    caption: `Where are the parameters? The largest layer of each model: ${largest.join(', ')}.`,
    alt: 'Stacked bars: the share of parameters in each layer of each model.',
  };
}

/** The layers of a model that have weights, with the derivation of their parameters. */
export function derivationTable(spec: ModelSpec): TableView {
  const layers = derivedArithmetic(spec).filter(({ parameters }) => parameters.value > 0);
  const total = countParameters(spec);
  return {
    rows: layers.map(({ name, outputShape, parameters, flops, receptiveField }) => ({
      layer: name,
      output: formatShape(outputShape),
      parameters: `$${parameters.formulaTex} = ${parameters.substitutionTex}$`,
      ' ': formatCount(parameters.value),
      MFLOPs: (flops.value / 1e6).toFixed(2),
      'receptive field': receptiveField.value,
    })),
    caption: `\`${spec.name}\`, layers with weights: ${formatCount(total)} parameters in all.`,
  };
}

/** How much of the image does each layer see? Throws TypeError for a network with fewer than two convolutions. */
export function receptiveFieldView(spec: ModelSpec): FigureOptions {
  const layers = modelArithmetic(spec);
  const convolutions = layers.filter(({ kind }) => kind === 'conv2d');
  const [, second] = convolutions;
  const last = convolutions.at(-1)!;
  const sees = ({ receptiveField: r }: LayerArithmetic) => `${r} × ${r} pixels`;
  return {
    chart: receptiveFieldByLayer(layers),
    caption:
      `How much of the image does each layer of \`${spec.name}\` see? The second convolution sees ${sees(second!)}, the last ` +
      `one ${sees(last)}.`,
    alt: `Bars of the receptive field by layer of ${spec.name}.`,
  };
}

/** In which layers are the operations? */
export function workView(spec: ModelSpec): FigureOptions {
  const layers = modelArithmetic(spec);
  const { flops } = largestBy(layers, 'flops');
  const share = (layer: LayerArithmetic, count: 'flops' | 'parameters') =>
    formatPercent(layer[count] / sumOf(layers, count));
  const largest = layers
    .filter((layer) => layer.flops === flops)
    .map(
      (layer) =>
        `${layer.name}, on maps of ${formatShape(layer.outputShape)}: ${share(layer, 'flops')} of the operations, with ` +
        `${share(layer, 'parameters')} of the parameters`,
    );
  return {
    chart: flopsByLayer(layers),
    caption: `Where in \`${spec.name}\` is the work done? The largest ${largest.length > 1 ? 'parts' : 'part'} in ${largest.join('; ')}.`,
    alt: `Bars of floating-point operations by layer of ${spec.name}.`,
  };
}

export const sumOf = (layers: readonly LayerArithmetic[], count: 'parameters' | 'flops') =>
  layers.reduce((sum, layer) => sum + layer[count], 0);

export const largestBy = (layers: readonly LayerArithmetic[], count: 'parameters' | 'flops') =>
  layers.reduce((most, layer) => (layer[count] > most[count] ? layer : most));
