import { WhyconvError } from '../base/errors.js';
import type { LayerSpec, ModelSpec } from './spec.js';

/** [height, width, channels] of feature maps, or [length] of a vector; per image, without the batch. */
export type Shape = readonly [number, number, number] | readonly [number];

/** A layer in its place: what goes in, what comes out, and a name that is the same on every build. */
export interface LayerShape {
  /** Kind and ordinal: "conv1", "pool2", "dense3". */
  readonly name: string;
  /** The layer's own spec. */
  readonly layer: LayerSpec;
  /** Per image, without the batch dimension. */
  readonly inputShape: Shape;
  /** Per image, without the batch dimension. */
  readonly outputShape: Shape;
}

const SHORT_NAMES: Record<LayerSpec['kind'], string> = {
  flatten: 'flatten',
  dense: 'dense',
  conv2d: 'conv',
  locallyConnected2d: 'local',
  maxPool2d: 'pool',
  globalAveragePool2d: 'average',
  dropout: 'dropout',
};

/**
 * Follows the shapes through the model. Throws {@link WhyconvError} at the first layer that does not fit.
 *
 * @example
 * ```ts
 * import { layerShapes, MODELS } from 'whyconv';
 *
 * const [conv1] = layerShapes(MODELS.small);
 * [conv1!.name, conv1!.outputShape]; // => ['conv1', [32, 32, 8]]
 * ```
 */
export function layerShapes(spec: ModelSpec): LayerShape[] {
  const counts: Partial<Record<LayerSpec['kind'], number>> = {};
  let inputShape: Shape = spec.inputShape;
  return spec.layers.map((layer, index) => {
    counts[layer.kind] = (counts[layer.kind] ?? 0) + 1;
    const name = `${SHORT_NAMES[layer.kind]}${counts[layer.kind]}`;
    const outputShape = outputOf(layer, inputShape, `model "${spec.name}", layers[${index}] (${name})`);
    const shaped: LayerShape = { name, layer, inputShape, outputShape };
    inputShape = outputShape;
    return shaped;
  });
}

/** Numbers an image occupies in this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product: number, n) => product * n, 1);
}

/**
 * "32 × 32 × 3", "512".
 *
 * @example
 * ```ts
 * import { formatShape } from 'whyconv';
 *
 * formatShape([32, 32, 3]); // => '32 × 32 × 3'
 * ```
 */
export function formatShape(shape: Shape): string {
  return shape.join(' × ');
}

function outputOf(layer: LayerSpec, input: Shape, where: string): Shape {
  switch (layer.kind) {
    case 'dense':
      vectorOf(input, 'dense', where);
      return [layer.units];
    case 'dropout':
      return input;
    case 'flatten':
      return [sizeOf(input)];
    case 'conv2d':
    case 'locallyConnected2d': {
      const [h, w] = mapsOf(input, layer.kind, where);
      return [h, w, layer.filters];
    }
    case 'globalAveragePool2d':
      return [mapsOf(input, 'globalAveragePool2d', where)[2]];
    case 'maxPool2d': {
      const [h, w, c] = mapsOf(input, 'maxPool2d', where);
      if (layer.size > Math.min(h, w)) throw windowTooLarge(layer.size, input, where);
      return [Math.floor(h / layer.size), Math.floor(w / layer.size), c];
    }
  }
}

function mapsOf(shape: Shape, kind: string, where: string): readonly [number, number, number] {
  if (shape.length === 3) return shape;
  throw new WhyconvError({
    what: `a ${kind} layer needs feature maps`,
    where,
    found: `input of shape [${shape.join(', ')}]`,
    expected: 'an input of shape [height, width, channels]',
    remedy: `move the ${kind} layer before the flatten or globalAveragePool2d layer`,
  });
}

function vectorOf(shape: Shape, kind: string, where: string): number {
  if (shape.length === 1) return shape[0];
  throw new WhyconvError({
    what: `a ${kind} layer needs a vector`,
    where,
    found: `input of shape [${shape.join(', ')}]`,
    expected: 'an input of shape [length]',
    remedy: 'put a flatten or globalAveragePool2d layer before it',
  });
}

function windowTooLarge(size: number, input: Shape, where: string): WhyconvError {
  return new WhyconvError({
    what: 'a pooling window is larger than its input',
    where,
    found: `a window of ${size} on an input of shape [${input.join(', ')}]`,
    expected: `a size of at most ${Math.min(input[0], input[1] ?? 1)}`,
    remedy: 'use fewer pooling layers or a smaller size',
  });
}
