import { IMAGE_PIXELS, IMAGE_SIDE, imageCount } from '../data/index.js';
import { tf } from '../engine/index.js';
import { layerShapes, type ModelSpec, receptiveField } from '../models/index.js';
import { infer, type Layers } from './inference.js';

/** Pixels along one axis, both ends included. */
export interface PixelRange {
  /** 0 to 31. */
  readonly first: number;
  /** `first` to 31. */
  readonly last: number;
}

/** How strongly the unit at the center of a layer depends on each pixel. */
export interface EffectiveReceptiveField {
  /** As `layerShapes` names it. */
  readonly layer: string;
  /** The receptive field by the formula, cut off at the image's border; rows and columns alike. */
  readonly expected: PixelRange;
  /** The pixels the unit was found to depend on; null where it depends on none, as in a network whose units are dead. */
  readonly rows: PixelRange | null;
  /** The same, from left to right. */
  readonly columns: PixelRange | null;
  /** [32, 32], row by row: size of the gradient, summed over colors and images, then scaled to a sum of 1. */
  readonly weights: Float32Array;
  /** Mean weight of a pixel at each distance from the middle of the field, relative to the largest. */
  readonly byDistance: readonly { readonly distance: number; readonly weight: number }[];
  /** Side of the smallest square around the middle that holds 95 % of the weight. */
  readonly effectiveSide: number;
}

/** Gradients below this fraction of the largest are rounding. */
const ROUNDING = 1e-6;
const EFFECTIVE = 0.95;

/**
 * Measures the receptive field of every convolution and pooling of a network: the gradient of the unit at the center of the
 * layer, summed over its channels, with respect to the image. A pixel outside the field has gradient 0; inside it,
 * weight falls off from the middle, so that the effective field is smaller than the formula's (Luo et al. 2016).
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param images [n, 32, 32, 3]; a ReLU or a maximum may hide a pixel in one image, hardly in dozens
 * @example
 * ```ts
 * import { effectiveReceptiveFields, initialWeights, MODELS, shapesDataset, startEngine } from 'whyconv';
 *
 * await startEngine();
 * const { images } = shapesDataset({ train: 10, test: 10, seed: 0 }).train;
 * const [conv1] = await effectiveReceptiveFields(MODELS.small, initialWeights(MODELS.small, 0), images);
 * conv1!.expected.last - conv1!.expected.first + 1; // => 3
 * ```
 */
export async function effectiveReceptiveFields(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  images: Uint8Array,
): Promise<EffectiveReceptiveField[]> {
  const fields: EffectiveReceptiveField[] = [];
  const count = imageCount(images);
  for (const { name, layer, outputShape } of layerShapes(spec)) {
    if (outputShape.length !== 3 || layer.kind === 'dropout') continue;
    const center = Math.floor(outputShape[0] / 2);
    const { size, jump, offset } = receptiveField(spec, name);
    const first = offset + center * jump;
    const output = (layers: Layers, batch: tf.Tensor) => gradientSize(layers, batch, center);
    const gradients = await infer(spec, weights, images, { upTo: name, output, images: count });
    fields.push(fieldOf(name, sumOfImages(gradients), first, first + size - 1));
  }
  return fields;
}

/** |gradient| of the unit at (center, center) by the pixels of its own image, summed over colors: [rows, 32, 32]. */
function gradientSize(layers: Layers, images: tf.Tensor, center: number): tf.Tensor {
  const unit = (x: tf.Tensor) => tf.sum(tf.slice(layers(x), [0, center, center, 0], [-1, 1, 1, -1]));
  return tf.sum(tf.abs(tf.grad(unit)(images)), 3);
}

/** [n, 32, 32] to [32, 32]. */
function sumOfImages(values: Float32Array): Float32Array {
  const sums = new Float64Array(IMAGE_PIXELS);
  for (let i = 0; i < values.length; i++) sums[i % IMAGE_PIXELS]! += values[i]!;
  return Float32Array.from(sums);
}

function fieldOf(
  layer: string,
  gradient: Float32Array,
  first: number,
  last: number,
): EffectiveReceptiveField {
  const total = gradient.reduce((sum, value) => sum + value, 0) || 1;
  const largest = gradient.reduce((most, value) => Math.max(most, value), 0);
  const seen = Array.from(gradient.keys()).filter((p) => gradient[p]! > ROUNDING * largest);
  const weights = gradient.map((value) => value / total);
  const rings = ringsAround((first + last) / 2, weights);
  const peak = Math.max(...rings.map(({ sum, count }) => sum / count)) || 1;
  return {
    layer,
    expected: { first: Math.max(0, first), last: Math.min(IMAGE_SIDE - 1, last) },
    rows: rangeOf(seen.map((p) => Math.floor(p / IMAGE_SIDE))),
    columns: rangeOf(seen.map((p) => p % IMAGE_SIDE)),
    weights,
    byDistance: rings.map(({ distance, sum, count }) => ({ distance, weight: sum / count / peak })),
    effectiveSide: sideHolding(rings, EFFECTIVE),
  };
}

interface Ring {
  /** From the middle to the farther of row and column; a half where the middle lies between pixels. */
  readonly distance: number;
  readonly sum: number;
  readonly count: number;
}

/** Pixels by their distance from the middle, nearest first. */
function ringsAround(middle: number, weights: Float32Array): Ring[] {
  const rings = new Map<number, Ring>();
  for (let p = 0; p < IMAGE_PIXELS; p++) {
    const [row, column] = [Math.floor(p / IMAGE_SIDE), p % IMAGE_SIDE];
    const distance = Math.max(Math.abs(row - middle), Math.abs(column - middle));
    const { sum, count } = rings.get(distance) ?? { sum: 0, count: 0 };
    rings.set(distance, { distance, sum: sum + weights[p]!, count: count + 1 });
  }
  return [...rings.values()].sort((a, b) => a.distance - b.distance);
}

function sideHolding(rings: readonly Ring[], fraction: number): number {
  let held = 0;
  for (const { distance, sum } of rings) {
    held += sum;
    if (held >= fraction) return 2 * distance + 1;
  }
  return IMAGE_SIDE;
}

const rangeOf = (positions: readonly number[]): PixelRange | null =>
  positions.length === 0 ? null : { first: Math.min(...positions), last: Math.max(...positions) };
