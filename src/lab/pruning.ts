import { correctAnswers } from '../analysis/index.js';
import { random, shuffle } from '../base/random.js';
import type { ImageSet } from '../data/index.js';
import { layerShapes, type ModelSpec, weightShapes } from '../models/index.js';
import {
  type Convolution,
  convolutionsOf,
  filtersByNorm,
  nearestCount,
  withoutAll,
  withoutInputs,
} from './filters.js';
import { infer, inference } from './inference.js';
import { type FilterOrder, type Pruning, type Removal, summarizePruning } from './pruning-losses.js';

/** What {@link pruningLosses} removes. */
export interface PruningOptions {
  /** Of a layer's filters, 0 to 1, removed by magnitude; also the steps in which the removable fraction is searched. */
  readonly fractions?: readonly number[];
  /** Of these, fractions that are also removed at random. */
  readonly randomFractions?: readonly number[];
  /** Random removals per layer and fraction. */
  readonly draws?: number;
  /** Images that random removals are judged on, the first ones: they are many. */
  readonly randomImages?: number;
}

export const PRUNING_DEFAULTS: Required<PruningOptions> = {
  fractions: [1, 2, 3, 4, 5, 6, 7].map((eighths) => eighths / 8),
  randomFractions: [0.25, 0.5],
  draws: 20,
  randomImages: 200,
};

/**
 * What a trained network loses without a fraction of the filters of one convolution, or of all, without any retraining: those
 * with the smallest L1 norm (Li et al. 2017, "Pruning filters for efficient ConvNets"), and random ones for comparison.
 *
 * Zeroing a filter is zeroing what the next layer reads from it, which leaves the layers before to be run once.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @example
 * ```ts
 * import { initialWeights, MODELS, pruningLosses, shapesDataset, startEngine } from 'whyconv';
 *
 * await startEngine();
 * const { train } = shapesDataset({ train: 50, test: 10, seed: 0 });
 * const options = { fractions: [0.25], randomFractions: [0.25], draws: 2 };
 * const { layers } = await pruningLosses(MODELS.small, initialWeights(MODELS.small, 0), train, options);
 * layers[0]!.removed; // => 2
 * ```
 */
export async function pruningLosses(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  set: ImageSet,
  options: PruningOptions = {},
): Promise<Pruning> {
  const settings = { ...PRUNING_DEFAULTS, ...options };
  const network = inference(spec, weights);
  try {
    const whole = correctAnswers(await network.run(set.images), set.labels);
    const together: Removal[] = [];
    for (const fraction of settings.fractions) {
      network.setWeights(withoutAll(spec, weights, fraction));
      const correct = correctAnswers(await network.run(set.images), set.labels);
      together.push({ layer: null, fraction, order: 'magnitude', correct });
    }
    return summarizePruning(whole, await layerByLayer(spec, weights, set, settings), together);
  } finally {
    network.dispose();
  }
}

/** Each convolution pruned alone. The maps of one are what the layers up to the next one begin with. */
async function layerByLayer(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  { images, labels }: ImageSet,
  settings: Required<PruningOptions>,
): Promise<Removal[]> {
  const removals: Removal[] = [];
  let [maps, start]: [Uint8Array | Float32Array, number] = [images, 0];
  for (const convolution of convolutionsOf(spec)) {
    const { name, filters, kernel, end } = convolution;
    const head = part(spec, weights, start, end);
    maps = await infer(head.spec, head.weights, maps);
    start = end;
    const tail = part(spec, weights, end, spec.layers.length);
    const network = inference(tail.spec, tail.weights);
    const [reader] = weightShapes(tail.spec);
    try {
      for (const { order, ranking, fraction } of plansFor(convolution, weights[kernel]!, settings)) {
        const removed = ranking.slice(0, nearestCount(filters, fraction));
        const left = withoutInputs(tail.weights[0]!, reader!.shape, filters, removed);
        network.setWeights({ [reader!.name]: left });
        const judged = labels.subarray(0, order === 'random' ? settings.randomImages : labels.length);
        const size = (maps.length / labels.length) * judged.length;
        const correct = correctAnswers(await network.run(maps.subarray(0, size)), judged);
        removals.push({ layer: { name, filters, removed: removed.length }, fraction, order, correct });
      }
    } finally {
      network.dispose();
    }
  }
  return removals;
}

/** Which filters to remove: so large a fraction from the beginning of a ranking. */
interface Plan {
  readonly order: FilterOrder;
  readonly ranking: Uint32Array;
  readonly fraction: number;
}

function plansFor(
  { filters, kernel }: Convolution,
  values: Float32Array,
  { fractions, randomFractions, draws }: Required<PruningOptions>,
): Plan[] {
  const byNorm = filtersByNorm(values, filters);
  const drawn = Array.from({ length: draws }, (_, draw) => {
    const all = Uint32Array.from({ length: filters }, (_, filter) => filter);
    return shuffle(all, random(draw, 'pruning', kernel));
  });
  return [
    ...fractions.map((fraction): Plan => ({ order: 'magnitude', ranking: byNorm, fraction })),
    ...drawn.flatMap((ranking) =>
      randomFractions.map((fraction): Plan => ({ order: 'random', ranking, fraction })),
    ),
  ];
}

/** Layers from `start` to before `end` as a network of their own. */
function part(spec: ModelSpec, weights: readonly Float32Array[], start: number, end: number) {
  const shapes = layerShapes(spec);
  const weightsBefore = (layer: number) =>
    weightShapes({ ...spec, layers: spec.layers.slice(0, layer) }).length;
  const inputShape = (
    start === 0 ? spec.inputShape : shapes[start - 1]!.outputShape
  ) as ModelSpec['inputShape'];
  return {
    spec: { name: spec.name, inputShape, layers: spec.layers.slice(start, end) } satisfies ModelSpec,
    weights: weights.slice(weightsBefore(start), weightsBefore(end)),
  };
}
