import { random, shuffle } from '../base/random.js';
import { IMAGE_BYTES, type ImageSet } from '../data/index.js';
import { tf } from '../engine/index.js';
import { forward, layerShapes, type ModelSpec, weightShapes } from '../models/index.js';
import { argMax } from '../training/index.js';
import { mean, standardDeviation } from './statistics.js';
import { pixelTensor, weightTensors } from './tensors.js';

/** Which filters are removed: those with the smallest sum of absolute weights (Li et al. 2017), or any. */
export type FilterChoice = 'least' | 'random';

/** A model's accuracy without some filters of one layer. */
export interface PrunedLayer {
  readonly layer: string;
  readonly filters: number;
  readonly removed: number;
  /** Asked for, 0 to 1: `removed` is the whole number nearest to it, at least 1. */
  readonly share: number;
  readonly chosen: FilterChoice;
  readonly accuracy: number;
}

/** Accuracy lost by one share removed, mean over the layers, each pruned alone. */
export interface PruningLoss {
  readonly share: number;
  readonly chosen: FilterChoice;
  readonly mean: number;
  /** Of the loss of single images, -1 to 1. */
  readonly sd: number;
}

export interface Pruning {
  /** Judged on. */
  readonly images: number;
  /** Of the whole model. */
  readonly accuracy: number;
  readonly layers: readonly PrunedLayer[];
  readonly losses: readonly PruningLoss[];
}

/** Filters of one layer to be removed, with what came of each image: 1 for a right answer. */
interface Removal extends Omit<PrunedLayer, 'accuracy'> {
  readonly kept: Float32Array;
  readonly right: Uint8Array;
}

interface Convolution {
  readonly name: string;
  /** Of the layer in the model, and of its kernel among the weights. */
  readonly layer: number;
  readonly weight: number;
  readonly filters: number;
}

const BATCH = 100;

/**
 * What a trained model loses when a share of the filters of one convolution is taken out, layer by layer, without any
 * retraining.
 *
 * A filter whose weights and bias are zero gives a map of zeros. Maps are zeroed here in place of weights, so that the
 * layers before a pruned one run once.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param shares of a layer's filters, 0 to 1
 */
export function pruningLosses(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  { images, labels, count }: ImageSet,
  shares: readonly number[] = [0.25, 0.5],
): Pruning {
  const convolutions = convolutionsOf(spec);
  const removals = convolutions.flatMap((convolution) =>
    shares.flatMap((share) =>
      (['least', 'random'] as const).map((chosen) => removalOf(convolution, weights, share, chosen, count)),
    ),
  );
  const whole = new Uint8Array(count);
  const tensors = weightTensors(spec, weights);
  for (let start = 0; start < count; start += BATCH) {
    const batch = images.subarray(start * IMAGE_BYTES, (start + BATCH) * IMAGE_BYTES);
    const truth = labels.subarray(start, start + BATCH);
    tf.tidy(() => judgeBatch(spec, tensors, batch, truth, convolutions, removals, whole, start));
  }
  tf.dispose(tensors);
  return summary(whole, removals, shares);
}

/** Runs a batch through the model once, and from each convolution on once a removal. */
function judgeBatch(
  spec: ModelSpec,
  weights: readonly tf.Tensor[],
  batch: Uint8Array,
  truth: Uint8Array,
  convolutions: readonly Convolution[],
  removals: readonly Removal[],
  whole: Uint8Array,
  start: number,
): void {
  const run = (x: tf.Tensor, layer: number, weight: number, end = spec.layers.length) =>
    forward({ ...spec, layers: spec.layers.slice(layer, end) }, weights.slice(weight), x);
  const mark = (right: Uint8Array, logits: tf.Tensor) => right.set(rightAnswers(logits, truth), start);
  let maps: tf.Tensor = pixelTensor(batch);
  let [layer, weight] = [0, 0];
  for (const convolution of convolutions) {
    maps = run(maps, layer, weight, convolution.layer + 1);
    [layer, weight] = [convolution.layer + 1, convolution.weight + 2];
    for (const { kept, right } of removals.filter((removal) => removal.layer === convolution.name)) {
      tf.tidy(() => mark(right, run(tf.mul(maps, tf.tensor1d(kept)), layer, weight)));
    }
  }
  mark(whole, run(maps, layer, weight));
}

function rightAnswers(logits: tf.Tensor, truth: Uint8Array): Uint8Array {
  const values = logits.dataSync<'float32'>();
  const classes = values.length / truth.length;
  return truth.map((label, i) =>
    Number(argMax(values.subarray(i * classes, (i + 1) * classes) as Float32Array) === label),
  );
}

function convolutionsOf(spec: ModelSpec): Convolution[] {
  const names = weightShapes(spec).map(({ name }) => name);
  return layerShapes(spec).flatMap(({ name, layer }, index) =>
    layer.kind === 'conv2d'
      ? [{ name, layer: index, weight: names.indexOf(`${name}/kernel`), filters: layer.filters }]
      : [],
  );
}

function removalOf(
  { name, weight, filters }: Convolution,
  weights: readonly Float32Array[],
  share: number,
  chosen: FilterChoice,
  count: number,
): Removal {
  const removed = Math.max(1, Math.round(share * filters));
  const order =
    chosen === 'least'
      ? filtersByNorm(weights[weight]!, filters)
      : shuffle(
          Uint32Array.from({ length: filters }, (_, i) => i),
          random(0, 'pruning', weight),
        );
  const kept = new Float32Array(filters).fill(1);
  for (const filter of order.slice(0, removed)) kept[filter] = 0;
  return { layer: name, filters, removed, share, chosen, kept, right: new Uint8Array(count) };
}

/** Filters of a kernel [..., filters] by the sum of their absolute weights, smallest first; the first of equals first. */
export function filtersByNorm(kernel: Float32Array, filters: number): Uint32Array {
  const norms = new Float64Array(filters);
  for (let i = 0; i < kernel.length; i++) norms[i % filters]! += Math.abs(kernel[i]!);
  return Uint32Array.from(norms.keys()).sort((a, b) => norms[a]! - norms[b]! || a - b);
}

function summary(whole: Uint8Array, removals: readonly Removal[], shares: readonly number[]): Pruning {
  const losses = shares.flatMap((share) =>
    (['least', 'random'] as const).map((chosen): PruningLoss => {
      const group = removals.filter((removal) => removal.share === share && removal.chosen === chosen);
      const lost = Array.from(whole, (right, i) => right - mean(group.map((removal) => removal.right[i]!)));
      return { share, chosen, mean: mean(lost), sd: standardDeviation(lost) };
    }),
  );
  return {
    images: whole.length,
    accuracy: mean([...whole]),
    layers: removals.map(({ kept, right, ...removal }) => ({ ...removal, accuracy: mean([...right]) })),
    losses,
  };
}
