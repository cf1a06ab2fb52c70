import { receptiveFields } from './receptive-field.js';
import { type LayerShape, layerShapes, type Shape, sizeOf } from './shapes.js';
import type { LayerSpec, ModelSpec } from './spec.js';

/** What a layer costs and how far it sees, per image. {@link layerFormulas} gives the formula of each count. */
export interface LayerArithmetic {
  /** As {@link layerShapes} names it: "conv1". */
  readonly name: string;
  /** Of the layer's spec. */
  readonly kind: LayerSpec['kind'];
  /** Per image, without the batch dimension. */
  readonly inputShape: Shape;
  /** Per image, without the batch dimension. */
  readonly outputShape: Shape;
  /** Trainable weights and biases. */
  readonly parameters: number;
  /**
   * Floating-point operations of the forward pass: two per multiply-accumulate of convolutions and dense layers,
   * padding included, as in Molchanov et al. 2017 ("Pruning convolutional neural networks", appendix A.1); He et
   * al. 2016 count the multiply-accumulate as one. The accumulator starts at the bias, which is therefore free.
   * ReLU, pooling and averaging count as 0: at one operation per value they are below 1.5 % of the total in every
   * model of the study.
   */
  readonly flops: number;
  /** Bytes of the layer's output as float32, kept for the backward pass. Flatten is a view and holds 0. */
  readonly activationBytes: number;
  /** Pixels along one axis that an output value depends on, at most the image's height. */
  readonly receptiveField: number;
}

/** The sums over a model's layers, per image. */
export interface ModelTotals {
  /** Trainable weights and biases. */
  readonly parameters: number;
  /** Floating-point operations of the forward pass, counted as {@link LayerArithmetic} says. */
  readonly flops: number;
  /** Without the input itself: see `inputBytes`. */
  readonly activationBytes: number;
  /** The image as float32. */
  readonly inputBytes: number;
}

const FLOAT32_BYTES = 4;

/**
 * Layer by layer, in order. Throws WhyconvError for layers that do not fit together.
 *
 * @example
 * ```ts
 * import { MODELS, modelArithmetic } from 'whyconv';
 *
 * const [first] = modelArithmetic(MODELS.small);
 * first!.parameters; // => (3 * 3 * 3 + 1) * 8
 * first!.flops; // => 2 * 32 * 32 * 8 * 27
 * ```
 */
export function modelArithmetic(spec: ModelSpec): LayerArithmetic[] {
  const [height] = spec.inputShape;
  const fields = receptiveFields(spec.layers);
  return layerShapes(spec).map((shaped, i) => ({
    name: shaped.name,
    kind: shaped.layer.kind,
    inputShape: shaped.inputShape,
    outputShape: shaped.outputShape,
    parameters: parametersOf(shaped),
    flops: flopsOf(shaped),
    activationBytes: shaped.layer.kind === 'flatten' ? 0 : FLOAT32_BYTES * sizeOf(shaped.outputShape),
    receptiveField: Math.min(fields[i]?.size ?? height, height),
  }));
}

/**
 * What a whole model costs per image: {@link modelArithmetic} summed over its layers.
 *
 * @throws WhyconvError for layers that do not fit together
 * @example
 * ```ts
 * import { MODELS, modelTotals } from 'whyconv';
 *
 * modelTotals(MODELS.baseline); // => { parameters: 1_707_274, flops: 3_412_992, activationBytes: 3_112, inputBytes: 12_288 }
 * ```
 */
export function modelTotals(spec: ModelSpec): ModelTotals {
  const layers = modelArithmetic(spec);
  const sum = (count: 'parameters' | 'flops' | 'activationBytes') =>
    layers.reduce((total, layer) => total + layer[count], 0);
  return {
    parameters: sum('parameters'),
    flops: sum('flops'),
    activationBytes: sum('activationBytes'),
    inputBytes: FLOAT32_BYTES * sizeOf(spec.inputShape),
  };
}

/**
 * Trainable parameters of the whole model.
 *
 * @throws WhyconvError for layers that do not fit together
 * @example
 * ```ts
 * import { countParameters, MODELS } from 'whyconv';
 *
 * countParameters(MODELS.big); // => 157_226
 * ```
 */
export function countParameters(spec: ModelSpec): number {
  return modelTotals(spec).parameters;
}

/**
 * Values per image in the feature maps of each stage: after the last convolution before each change of resolution.
 *
 * @example
 * ```ts
 * import { MODELS, stageVolumes } from 'whyconv';
 *
 * stageVolumes(MODELS.small); // => [32 * 32 * 8, 16 * 16 * 16, 8 * 8 * 32]
 * ```
 */
export function stageVolumes(spec: ModelSpec): number[] {
  const convolves = (shaped?: LayerShape) => shaped !== undefined && 'filters' in shaped.layer;
  return layerShapes(spec)
    .filter((shaped, i, layers) => convolves(shaped) && !convolves(layers[i + 1]))
    .map(({ outputShape }) => sizeOf(outputShape));
}

function parametersOf(shaped: LayerShape): number {
  const { layer, outputShape } = shaped;
  const units = outputShape.at(-1)!;
  const perUnit = inputsPerUnit(shaped) + 1; // the bias
  switch (layer.kind) {
    case 'conv2d':
    case 'dense':
      return perUnit * units;
    case 'locallyConnected2d':
      return perUnit * sizeOf(outputShape);
    default:
      return 0;
  }
}

function flopsOf(shaped: LayerShape): number {
  return 2 * sizeOf(shaped.outputShape) * inputsPerUnit(shaped);
}

/** Input values that one output value is a weighted sum of; 0 for a layer without weights. */
function inputsPerUnit({ layer, inputShape }: LayerShape): number {
  switch (layer.kind) {
    case 'conv2d':
    case 'locallyConnected2d':
      return layer.kernelSize ** 2 * inputShape.at(-1)!;
    case 'dense':
      return inputShape[0];
    default:
      return 0;
  }
}
