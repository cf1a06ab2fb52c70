import { weightShapes } from '../models/index.js';
import type { TrainedNetwork } from '../runs/index.js';

export interface NamedWeights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Kernel and bias of each layer that has them, by the layer's name. */
export function weightsByLayer({
  model,
  weights,
}: TrainedNetwork): Map<string, { readonly kernel: NamedWeights; readonly bias: NamedWeights }> {
  const shapes = weightShapes(model);
  const named = new Map(shapes.map(({ name, shape }, i) => [name, { shape, values: weights[i]! }]));
  const layers = shapes.flatMap(({ name }) =>
    name.endsWith('/kernel') ? [name.slice(0, -'/kernel'.length)] : [],
  );
  return new Map(
    layers.map((layer) => [
      layer,
      { kernel: named.get(`${layer}/kernel`)!, bias: named.get(`${layer}/bias`)! },
    ]),
  );
}

/** Values of [shape] with the axes in another order: axis `i` of the result is axis `order[i]`. */
export function transposed({ shape, values }: NamedWeights, order: readonly number[]): NamedWeights {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
  const sizes = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(values.length);
  const index = sizes.map(() => 0);
  for (let at = 0; at < result.length; at++) {
    result[at] = values[index.reduce((sum, i, axis) => sum + i * steps[axis]!, 0)]!;
    for (let axis = sizes.length - 1; axis >= 0 && ++index[axis]! === sizes[axis]; axis--) index[axis] = 0;
  }
  return { shape: sizes, values: result };
}
