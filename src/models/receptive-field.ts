import { layerShapes } from './shapes.js';
import type { LayerSpec, ModelSpec } from './spec.js';

/** What one output position of a layer sees of the image, along one axis, in pixels. */
export interface ReceptiveField {
  /** Pixels seen, including the padding beyond the border. */
  readonly size: number;
  /** Pixels between the windows of neighboring positions. */
  readonly jump: number;
  /** First pixel seen by position 0; negative where that is padding. Position p sees pixels from offset + p * jump. */
  readonly offset: number;
}

/** A pixel sees itself. */
export const PIXEL: ReceptiveField = { size: 1, jump: 1, offset: 0 };

/** Kernel size and stride, or undefined for a layer that sees the whole of its input. */
export function windowOf(layer: LayerSpec): { readonly k: number; readonly s: number } | undefined {
  switch (layer.kind) {
    case 'conv2d':
    case 'locallyConnected2d':
      return { k: layer.kernelSize, s: 1 };
    case 'maxPool2d':
      return { k: layer.size, s: layer.size };
    case 'dropout':
      return { k: 1, s: 1 };
    default:
      return undefined;
  }
}

/**
 * The receptive field after one more layer with a window (Araujo, Norris & Sim 2019, "Computing receptive fields
 * of convolutional neural networks", equations 2 and 3): size + (k - 1) * jump, jump * s.
 */
export function widen(field: ReceptiveField, layer: LayerSpec): ReceptiveField {
  const window = windowOf(layer);
  if (!window) throw new RangeError(`a ${layer.kind} layer sees all of its input: it has no window`);
  const paddingBefore = layer.kind === 'maxPool2d' ? 0 : Math.floor((window.k - 1) / 2);
  return {
    size: field.size + (window.k - 1) * field.jump,
    jump: field.jump * window.s,
    offset: field.offset - paddingBefore * field.jump,
  };
}

/** The receptive field of each layer, in order; null for a layer without a window and for every layer after one. */
export function receptiveFields(layers: readonly LayerSpec[]): (ReceptiveField | null)[] {
  let field: ReceptiveField | null = PIXEL;
  return layers.map((layer) => {
    field = field && windowOf(layer) ? widen(field, layer) : null;
    return field;
  });
}

/**
 * The receptive field of the layer with this name ("conv2", "pool1").
 * @throws RangeError if there is no such layer, or if it sees the whole image
 * @example
 * ```ts
 * import { MODELS, receptiveField } from 'whyconv';
 *
 * receptiveField(MODELS.small, 'conv2').size; // => 5
 * receptiveField(MODELS.small, 'conv9'); // throws RangeError: model "small" has no layer "conv9"
 * ```
 */
export function receptiveField(spec: ModelSpec, layerName: string): ReceptiveField {
  const index = layerShapes(spec).findIndex(({ name }) => name === layerName);
  if (index < 0) throw new RangeError(`model "${spec.name}" has no layer "${layerName}"`);
  const field = receptiveFields(spec.layers)[index];
  if (!field) throw new RangeError(`layer "${layerName}" of model "${spec.name}" sees the whole image`);
  return field;
}
