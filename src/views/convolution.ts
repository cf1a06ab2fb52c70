import { formatCount } from '../base/format.js';
import { imageGrid, LINEAR_LAYER_NAMES, type Picture, picturesOf, weightMatrices } from '../charts/index.js';
import { IMAGE_SIDE } from '../data/index.js';
import { countParameters, type LayerMatrix, type ModelSpec } from '../models/index.js';
import type { FigureOptions, Prediction, TableView } from '../notebook/show.js';

/** One image and what a filter makes of it; maps are [32, 32]. */
export interface FilteredImage {
  /** [32, 32, 3], 0 to 255. */
  readonly pixels: Uint8Array;
  /** The brightness that the filter was applied to, 0 to 1. */
  readonly gray: Float32Array;
  /** The filter's output, of either sign. */
  readonly response: Float32Array;
  /** The image's class. */
  readonly name: string;
}

/** What does a filter find in an image? */
export function filteredView({ pixels, gray, response, name }: FilteredImage): FigureOptions {
  const largest = response.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const pictures = [
    ...picturesOf(pixels, IMAGE_SIDE),
    grayPicture(gray, (value) => 255 * value),
    grayPicture(response, (value) => 127.5 + (127.5 * value) / largest),
  ];
  return {
    png: imageGrid(pictures, { columns: pictures.length, scale: 6, gap: 12 }),
    caption:
      `What does the filter find? A test image of the class ${name}, its brightness, and the filter's response: white where ` +
      'it is large, black where it is large and negative, gray where it is 0.',
    alt: `Three pictures of one image (${name}): in color, in gray, and after the filter.`,
  };
}

function grayPicture(values: Float32Array, level: (value: number) => number): Picture {
  const pixels = Uint8Array.from({ length: 3 * values.length }, (_, i) =>
    Math.round(level(values[Math.floor(i / 3)]!)),
  );
  return { pixels, width: IMAGE_SIDE, height: IMAGE_SIDE };
}

/** Differences up to this are rounding: sums of nine float32 products of numbers of the order of 1. */
const ROUNDING = 1e-5;

const small = (difference: number) => (difference === 0 ? '0' : difference.toExponential(1));

/** The largest difference of two arrays of equal length; infinite where their lengths differ. */
export function largestDifference(a: Float32Array, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** Whether a convolution written as loops and the library's agree to within rounding, and by how much they differ. */
export function agreementReading(byHand: Float32Array, library: ArrayLike<number>): string {
  const difference = largestDifference(byHand, library);
  return difference <= ROUNDING
    ? `The loops and the library agree: the largest of ${formatCount(byHand.length)} differences is ${small(difference)}.`
    : `**The loops and the library disagree**, by up to ${small(difference)}.`;
}

/** The same as a prediction, settled. */
export function loopsPrediction(byHand: Float32Array, library: ArrayLike<number>): Prediction {
  const difference = largestDifference(byHand, library);
  return {
    text: 'P1. Loops written down from the formula compute what the library computes.',
    held: difference <= ROUNDING,
    because: `largest difference ${small(difference)}`,
  };
}

/**
 * Which outputs depend on which pixels? Layers as matrices, side by side.
 *
 * @param matrices at least one, all of images of one size
 */
export function matricesView(matrices: readonly LayerMatrix[]): FigureOptions {
  const counts = matrices.map(({ layer, weights }) => `${LINEAR_LAYER_NAMES[layer]} ${formatCount(weights)}`);
  const { side } = matrices[0]!;
  return {
    svg: weightMatrices(matrices),
    caption:
      `Which outputs depend on which pixels of a ${side} × ${side} image, and with which weights? One row per output, one ` +
      `column per pixel; equal colors in a diagonal are one weight, used again. Weights to learn: ${counts.join(', ')}.`,
    alt: `Layers as ${side ** 2} × ${side ** 2} matrices of weights: ${counts.join(', ')} weights.`,
  };
}

/** Free parameters against examples. @param images training images */
export function capacityTable(specs: readonly ModelSpec[], images: number): TableView {
  return {
    rows: specs.map((spec) => ({
      network: describeNetwork(spec),
      parameters: formatCount(countParameters(spec)),
      'parameters per training image': (countParameters(spec) / images).toFixed(2),
    })),
    caption: `For ${formatCount(images)} training images.`,
  };
}

function describeNetwork({ name, layers }: ModelSpec): string {
  const unshared = layers.some(({ kind }) => kind === 'locallyConnected2d');
  return unshared ? `\`${name.replace(/_locally_connected$/, '')}\` without sharing` : `\`${name}\``;
}
