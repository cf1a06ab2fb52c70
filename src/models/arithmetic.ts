import { type Quantity, quantity } from './quantity.js';
import { PIXEL, type ReceptiveField, widen, windowOf } from './receptive-field.js';
import { type LayerShape, layerShapes, type Shape, sizeOf } from './shapes.js';
import type { LayerSpec, ModelSpec } from './spec.js';

/** What a layer costs and sees, each figure with its formula. All are per image. */
export interface LayerArithmetic {
  readonly name: string;
  readonly kind: LayerSpec['kind'];
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Trainable weights and biases. */
  readonly parameters: Quantity;
  /**
   * Floating-point operations of the forward pass: two per multiply-accumulate of convolutions and dense layers,
   * padding included, as in Molchanov et al. 2017 ("Pruning convolutional neural networks", appendix A.1); He et
   * al. 2016 count the multiply-accumulate as one. The accumulator starts at the bias, which therefore is free.
   * ReLU, pooling and averaging count as 0: one operation a value, below 1.5 % of the total for every model here.
   */
  readonly flops: Quantity;
  /** Bytes of the layer's output as float32, kept for the backward pass. Flatten is a view and holds 0. */
  readonly activationBytes: Quantity;
  /** Pixels along one axis that an output value depends on, at most the image's height. */
  readonly receptiveField: Quantity;
  /** Pixels between the receptive fields of neighbouring outputs; 0 where there are no neighbours. */
  readonly jump: Quantity;
}

/** The sums over a model's layers, per image. */
export interface ModelTotals {
  readonly parameters: number;
  readonly flops: number;
  /** Without the input itself: see `inputBytes`. */
  readonly activationBytes: number;
  /** The image as float32. */
  readonly inputBytes: number;
}

/** Layer by layer, in order. Throws WhyconvError for layers that do not fit together. */
export function modelArithmetic(spec: ModelSpec): LayerArithmetic[] {
  let field: ReceptiveField | undefined = PIXEL;
  return layerShapes(spec).map((shaped) => {
    const seen = seeing(shaped, field, spec.inputShape[0]);
    field = seen.field;
    return {
      name: shaped.name,
      kind: shaped.layer.kind,
      inputShape: shaped.inputShape,
      outputShape: shaped.outputShape,
      parameters: parametersOf(shaped),
      flops: flopsOf(shaped),
      activationBytes: activationBytesOf(shaped),
      receptiveField: seen.size,
      jump: seen.jump,
    };
  });
}

export function modelTotals(spec: ModelSpec): ModelTotals {
  const known = totals.get(spec);
  if (known) return known;
  const found = sumTotals(spec);
  totals.set(spec, found);
  return found;
}

/** Kept, since formulas take a millisecond each and a ledger asks for the same models hundreds of times. */
const totals = new WeakMap<ModelSpec, ModelTotals>();

function sumTotals(spec: ModelSpec): ModelTotals {
  const layers = modelArithmetic(spec);
  const sum = (pick: (layer: LayerArithmetic) => Quantity) =>
    layers.reduce((total, layer) => total + pick(layer).value, 0);
  return {
    parameters: sum((layer) => layer.parameters),
    flops: sum((layer) => layer.flops),
    activationBytes: sum((layer) => layer.activationBytes),
    inputBytes: 4 * sizeOf(spec.inputShape),
  };
}

/** Trainable parameters of the whole model. */
export function countParameters(spec: ModelSpec): number {
  return modelTotals(spec).parameters;
}

function parametersOf({ layer, inputShape }: LayerShape): Quantity {
  if (layer.kind === 'conv2d') {
    return quantity('(k^2 * c + 1) * f', { k: layer.kernelSize, c: inputShape[2]!, f: layer.filters });
  }
  if (layer.kind === 'locallyConnected2d') {
    const [h, w, c] = inputShape as readonly [number, number, number];
    return quantity('(k^2 * c + 1) * f * h * w', { k: layer.kernelSize, c, f: layer.filters, h, w });
  }
  if (layer.kind === 'dense') return quantity('(n + 1) * u', { n: inputShape[0], u: layer.units });
  return quantity('0');
}

function flopsOf({ layer, inputShape, outputShape }: LayerShape): Quantity {
  if (layer.kind === 'conv2d' || layer.kind === 'locallyConnected2d') {
    const [h, w, f] = outputShape as readonly [number, number, number];
    return quantity('2 * h * w * f * k^2 * c', { h, w, f, k: layer.kernelSize, c: inputShape[2]! });
  }
  if (layer.kind === 'dense') return quantity('2 * n * u', { n: inputShape[0], u: layer.units });
  return quantity('0');
}

function activationBytesOf({ layer, outputShape }: LayerShape): Quantity {
  if (layer.kind === 'flatten') return quantity('0');
  if (outputShape.length === 1) return quantity('4 * n', { n: outputShape[0] });
  const [h, w, c] = outputShape;
  return quantity('4 * h * w * c', { h, w, c });
}

interface Seeing {
  readonly size: Quantity;
  readonly jump: Quantity;
  /** undefined once a layer has seen everything. */
  readonly field: ReceptiveField | undefined;
}

/** A layer without a window, and every layer after it, depends on the whole image. */
function seeing({ layer }: LayerShape, before: ReceptiveField | undefined, height: number): Seeing {
  const window = windowOf(layer);
  if (!before || !window)
    return { size: quantity('H', { H: height }), jump: quantity('0'), field: undefined };
  const scope = { r_in: before.size, j_in: before.jump, ...window };
  return {
    size: quantity('r_in + (k - 1) * j_in', scope),
    jump: quantity('j_in * s', scope),
    field: widen(before, layer),
  };
}
