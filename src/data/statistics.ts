import { CLASS_COUNT, IMAGE_BYTES, IMAGE_CHANNELS, type ImageSet } from './dataset.js';
import { imageCount } from './transforms.js';

/** Mean and standard deviation of each channel (R, G, B) over all pixels, of values scaled by 1/255. */
export interface ChannelStatistics {
  /** Three means, 0 to 1. */
  readonly mean: readonly number[];
  /** Of the population (divided by n). */
  readonly deviation: readonly number[];
  /** Least and greatest byte, 0 to 255. */
  readonly least: number;
  /** Greatest byte. */
  readonly greatest: number;
}

/**
 * Exact: computed from the histogram of each channel.
 *
 * @example
 * ```ts
 * import { channelStatistics } from 'whyconv';
 *
 * const gray = new Uint8Array(2 * 3072).fill(51);
 * channelStatistics(gray); // => { mean: [0.2, 0.2, 0.2], deviation: [0, 0, 0], least: 51, greatest: 51 }
 * ```
 */
export function channelStatistics(images: Uint8Array): ChannelStatistics {
  const histograms = channelHistograms(images);
  const moments = histograms.map((histogram) => {
    const n = sum(histogram, () => 1);
    const mean = sum(histogram, (value) => value) / n;
    return {
      mean: mean / 255,
      deviation: Math.sqrt(sum(histogram, (value) => (value - mean) ** 2) / n) / 255,
    };
  });
  const occurs = (value: number) => histograms.some((histogram) => histogram[value]! > 0);
  const values = Array.from({ length: 256 }, (_, value) => value);
  return {
    mean: moments.map(({ mean }) => mean),
    deviation: moments.map(({ deviation }) => deviation),
    least: values.find(occurs) ?? Number.NaN,
    greatest: values.findLast(occurs) ?? Number.NaN,
  };
}

/**
 * How often each byte occurs in each channel: three arrays of 256 counts.
 *
 * @example
 * ```ts
 * import { channelHistograms } from 'whyconv';
 *
 * const [red] = channelHistograms(new Uint8Array(3072).fill(51));
 * red![51]; // => 1024
 * ```
 */
export function channelHistograms(images: Uint8Array): Float64Array[] {
  imageCount(images);
  const [red, green, blue] = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
  for (let i = 0; i < images.length; i += IMAGE_CHANNELS) {
    red[images[i]!]!++;
    green[images[i + 1]!]!++;
    blue[images[i + 2]!]!++;
  }
  return [red, green, blue];
}

/**
 * The mean image of each class: arrays [32, 32, 3] of values 0..255; NaN for a class without images.
 *
 * @param classes default: those up to the greatest label of the set, all that a training set has
 * @example
 * ```ts
 * import { meanImages, shapesDataset } from 'whyconv';
 *
 * const means = meanImages(shapesDataset({ train: 100, test: 10, seed: 0 }).train);
 * [means.length, means[0]!.length]; // => [10, 3072]
 * ```
 */
export function meanImages(set: ImageSet, classes: number = labelsIn(set)): Float32Array[] {
  const sums = Array.from({ length: classes }, () => new Float64Array(IMAGE_BYTES));
  for (let n = 0; n < set.count; n++) {
    const total = sums[set.labels[n]!]!;
    const base = n * IMAGE_BYTES;
    for (let i = 0; i < IMAGE_BYTES; i++) total[i]! += set.images[base + i]!;
  }
  const counts = classCounts(set.labels, classes);
  return sums.map((total, label) => Float32Array.from(total, (value) => value / counts[label]!));
}

/** One more than the greatest label: labels count from 0. */
const labelsIn = ({ labels }: ImageSet): number =>
  labels.reduce((most, label) => Math.max(most, label + 1), 0);

/**
 * Images of each class. Labels outside are not counted.
 *
 * @example
 * ```ts
 * import { classCounts } from 'whyconv';
 *
 * classCounts(Uint8Array.of(0, 2, 2), 3); // => [1, 0, 2]
 * ```
 */
export function classCounts(labels: Uint8Array, classes: number = CLASS_COUNT): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) if (label < classes) counts[label]! += 1;
  return counts;
}

/** Entropy of a distribution given by counts, in nats: -sum p ln p; ln 10 = 2.302585 for ten equal classes. */
export function entropyNats(counts: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.reduce(
    (entropy, count) => (count > 0 ? entropy - (count / total) * Math.log(count / total) : entropy),
    0,
  );
}

/** What can be scored without looking at an image, by knowing how frequent each class is. */
export interface UninformedScore {
  /** The most frequent training class, the answer to every image. */
  readonly label: number;
  /** Share of the test images that this answer is right for, 0 to 1. */
  readonly accuracy: number;
  /** Cross-entropy of the training frequencies on the test labels, in nats; infinite where a class was not trained on. */
  readonly loss: number;
}

/**
 * What the best answer without looking at an image scores: the most frequent class, and for the loss the classes' shares in
 * training.
 *
 * @param train training images of each class
 * @param test test images of each class
 * @example
 * ```ts
 * import { uninformedScore } from 'whyconv';
 *
 * uninformedScore([50, 50], [10, 10]); // => { label: 0, accuracy: 0.5, loss: Math.log(2) }
 * ```
 */
export function uninformedScore(train: readonly number[], test: readonly number[]): UninformedScore {
  const [trained, tested] = [train, test].map((counts) => counts.reduce((a, b) => a + b, 0)) as [
    number,
    number,
  ];
  const label = train.indexOf(Math.max(...train));
  const loss = test.reduce(
    (total, count, k) => (count > 0 ? total - (count / tested) * Math.log(train[k]! / trained) : total),
    0,
  );
  return { label, accuracy: test[label]! / tested, loss };
}

/** Bytes that `count` images take as uint8 and as float32. */
export interface ImageMemory {
  readonly uint8Bytes: number;
  readonly float32Bytes: number;
  readonly uint8MiB: number;
  readonly float32MiB: number;
}

export function imageMemory(count: number): ImageMemory {
  const uint8Bytes = count * IMAGE_BYTES;
  const float32Bytes = uint8Bytes * Float32Array.BYTES_PER_ELEMENT;
  return { uint8Bytes, float32Bytes, uint8MiB: uint8Bytes / 2 ** 20, float32MiB: float32Bytes / 2 ** 20 };
}

function sum(histogram: Float64Array, weight: (value: number) => number): number {
  return histogram.reduce((total, count, value) => total + count * weight(value), 0);
}
