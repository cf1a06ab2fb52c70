import { filterRedundancy } from '../analysis/index.js';
import { initialWeights, type ModelSpec, weightShapes } from '../models/index.js';

/** Effective rank of one layer's filters, as a share of the largest possible, before and after training. */
export interface LayerRank {
  /** As `layerShapes` names it. */
  readonly layer: string;
  /** Number of filters in the layer. */
  readonly filters: number;
  /** Of the run's initial weights, 0 to 1. */
  readonly initial: number;
  /** Of the weights that were kept, 0 to 1. */
  readonly trained: number;
}

/**
 * Effective ranks of a network's convolutions.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param seed of the run: fresh filters are alike to some degree too, the more so the fewer weights they have
 */
export function layerRanks(spec: ModelSpec, weights: readonly Float32Array[], seed: number): LayerRank[] {
  const fresh = initialWeights(spec, seed);
  return weightShapes(spec).flatMap(({ name, shape }, i) => {
    if (shape.length !== 4) return [];
    const rank = (kernels: readonly Float32Array[]) => filterRedundancy(kernels[i]!, shape).relativeRank;
    const layer = name.replace('/kernel', '');
    return [{ layer, filters: shape.at(-1)!, initial: rank(fresh), trained: rank(weights) }];
  });
}
