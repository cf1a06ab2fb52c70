import { layerShapes, type ModelSpec, weightShapes } from '../models/index.js';

/** A convolution, and the layer that reads its maps. */
export interface Convolution {
  readonly name: string;
  readonly filters: number;
  /** Of its kernel, and of that of the reader, among the network's weights. */
  readonly kernel: number;
  readonly reader: number;
  /** Layers up to and with it, and with the pooling that follows it. */
  readonly end: number;
}

/** A convolution that no layer reads gives the logits: it has no filter to spare and is left out. */
export function convolutionsOf(spec: ModelSpec): Convolution[] {
  const names = weightShapes(spec).map(({ name }) => name);
  return layerShapes(spec).flatMap(({ name, layer }, index) => {
    const kernel = names.indexOf(`${name}/kernel`);
    const reader = kernel + 2;
    if (layer.kind !== 'conv2d' || reader >= names.length) return [];
    const pooled = spec.layers[index + 1]?.kind === 'maxPool2d';
    return [{ name, filters: layer.filters, kernel, reader, end: index + (pooled ? 2 : 1) }];
  });
}

/** Filters of a kernel [..., filters] by the sum of their absolute weights, smallest first; of equals the first first. */
export function filtersByNorm(kernel: Float32Array, filters: number): Uint32Array {
  const norms = new Float64Array(filters);
  for (let i = 0; i < kernel.length; i++) norms[i % filters]! += Math.abs(kernel[i]!);
  return Uint32Array.from(norms.keys()).sort((a, b) => norms[a]! - norms[b]! || a - b);
}

/** The nearest whole number of filters, at least 1. */
export const nearestCount = (filters: number, fraction: number): number =>
  Math.max(1, Math.round(fraction * filters));

/** The changed weights of a network without a fraction of every convolution's filters, by name. */
export function withoutAll(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  fraction: number,
): Record<string, Float32Array> {
  const shapes = weightShapes(spec);
  return Object.fromEntries(
    convolutionsOf(spec).map(({ filters, kernel, reader }) => {
      const removed = filtersByNorm(weights[kernel]!, filters).slice(0, nearestCount(filters, fraction));
      const { name, shape } = shapes[reader]!;
      return [name, withoutInputs(weights[reader]!, shape, filters, removed)];
    }),
  );
}

/** A kernel [..., channels, out] of any layer, flattened inputs included, with what it reads from some channels set to 0. */
export function withoutInputs(
  kernel: Float32Array,
  shape: readonly number[],
  channels: number,
  removed: Uint32Array,
): Float32Array {
  const gone = new Set(removed);
  const out = shape.at(-1)!;
  return kernel.map((value, i) => (gone.has(Math.floor(i / out) % channels) ? 0 : value));
}
