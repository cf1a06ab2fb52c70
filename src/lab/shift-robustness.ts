import { pairedDifference, predictions, type Summary, summarize } from '../analysis/index.js';
import { WhyconvError } from '../base/errors.js';
import { type ImageSet, shiftImages } from '../data/index.js';
import type { JudgedImages } from './trained.js';

/** What a network answers for images shifted by a number of pixels, image by image. */
export interface ShiftAnswers {
  /** Pixels. */
  readonly shift: number;
  /** Per image: in how many of the directions it is classified correctly. */
  readonly correct: Uint8Array;
  /** Per image: in how many of the directions it keeps the class predicted for the unshifted image, right or wrong. */
  readonly kept: Uint8Array;
}

/** Accuracy and consistency at one shift; each image counts with its mean over the directions, 0 to 1. */
export interface ShiftRobustness {
  /** Pixels. */
  readonly shift: number;
  /** The summaries' intervals are over these. */
  readonly images: number;
  /** Top-1 on the shifted images. */
  readonly accuracy: Summary;
  /** Prediction consistency: the share of answers equal to that for the unshifted image, right or wrong (Zhang 2019). */
  readonly consistency: Summary;
  /** Accuracy lost against the unshifted images, image by image. */
  readonly loss: Summary;
}

/** The answers of a trained network, and which images they are about. */
export interface ShiftMeasurement {
  /** Which images the answers are about. */
  readonly judged: JudgedImages;
  /** What uncovered pixels showed. */
  readonly fill: ShiftOptions['fill'];
  /** For each shift and direction. */
  readonly answers: readonly ShiftAnswers[];
  /** Computed from the answers. */
  readonly rows: readonly ShiftRobustness[];
}

/** How images are moved: see {@link shiftAnswers}. */
export interface ShiftOptions {
  /** Whole pixels. */
  readonly shifts: readonly number[];
  /** What uncovered pixels show: black, or what left the image on the other side. */
  readonly fill: 'zero' | 'wrap';
}

/** From images [n, 32, 32, 3], uint8, to logits [n, classes]. */
export type Predict = (images: Uint8Array) => Float32Array | Promise<Float32Array>;

/** Right, left, down and up, so that no direction that photographers favor decides. */
export const DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/**
 * Shifts the images in four directions and records each answer; one result per shift, in the order of `shifts`.
 *
 * @example
 * ```ts
 * import { type Predict, shapesDataset, shiftAnswers } from 'whyconv';
 *
 * // Always the class 0, whatever the image shows.
 * const stubborn: Predict = (images) => Float32Array.from({ length: (10 * images.length) / 3072 }, (_, i) => +(i % 10 === 0));
 * const { train } = shapesDataset({ train: 10, test: 10, seed: 0 });
 * const [answers] = await shiftAnswers(stubborn, train, { shifts: [1], fill: 'zero' });
 * answers!.correct; // => [4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
 * answers!.kept; // => Array(10).fill(4)
 * ```
 */
export async function shiftAnswers(
  predict: Predict,
  { images, labels }: ImageSet,
  { shifts, fill }: ShiftOptions,
): Promise<ShiftAnswers[]> {
  const classesOf = async (pixels: Uint8Array) => {
    const logits = await predict(pixels);
    return predictions(logits, logits.length / labels.length);
  };
  const still = await classesOf(images);
  const answers: ShiftAnswers[] = [];
  for (const shift of shifts) {
    const [correct, kept] = [new Uint8Array(labels.length), new Uint8Array(labels.length)];
    for (const [dx, dy] of DIRECTIONS) {
      const moved = shift === 0 ? still : await classesOf(shiftImages(images, shift * dx, shift * dy, fill));
      for (const [i, predicted] of moved.entries()) {
        correct[i]! += Number(predicted === labels[i]);
        kept[i]! += Number(predicted === still[i]);
      }
    }
    answers.push({ shift, correct, kept });
  }
  return answers;
}

/**
 * Accuracy, prediction consistency and loss at each shift.
 *
 * @throws RangeError where the unshifted images were not among them
 *
 * @example
 * ```ts
 * import { shiftRobustness } from 'whyconv';
 *
 * const still = { shift: 0, correct: Uint8Array.of(4, 4, 0), kept: Uint8Array.of(4, 4, 4) };
 * const moved = { shift: 8, correct: Uint8Array.of(4, 0, 0), kept: Uint8Array.of(4, 0, 4) };
 * const [, far] = shiftRobustness([still, moved]);
 * [far!.accuracy.mean, far!.consistency.mean, far!.loss.mean]; // => [1 / 3, 2 / 3, 1 / 3]
 * shiftRobustness([moved]); // throws RangeError: no answers to a shift of 0
 * ```
 */
export function shiftRobustness(answers: readonly ShiftAnswers[]): ShiftRobustness[] {
  return answers.map(({ shift, correct, kept }) => ({
    shift,
    images: correct.length,
    accuracy: summarize(fractions(correct)),
    consistency: summarize(fractions(kept)),
    loss: summarize(lossByImage(answers, shift)),
  }));
}

/**
 * How much more accuracy one network loses under a shift than another: a paired comparison, image by image. Where one was
 * judged on more images, the surplus is left out.
 *
 * @throws WhyconvError where the networks were not judged on the same images, shifted alike
 */
export const shiftLossDifference = (a: ShiftMeasurement, b: ShiftMeasurement, shift: number): Summary =>
  pairedByImage(a, b, (answers) => lossByImage(answers, shift));

/** The same of accuracies: how many more of the shifted images one network classifies correctly than another. */
export const shiftAccuracyDifference = (a: ShiftMeasurement, b: ShiftMeasurement, shift: number): Summary =>
  pairedByImage(a, b, (answers) => fractions(answersTo(answers, shift).correct));

function pairedByImage(
  a: ShiftMeasurement,
  b: ShiftMeasurement,
  valuesOf: (answers: readonly ShiftAnswers[]) => readonly number[],
): Summary {
  const [imagesA, imagesB] = [a, b].map(({ judged, fill }) => JSON.stringify({ ...judged, fill }));
  if (imagesA !== imagesB) {
    throw new WhyconvError({
      what: 'two networks can be compared image by image on the same images only',
      found: `${imagesA} and ${imagesB}`,
    });
  }
  const [ofA, ofB] = [valuesOf(a.answers), valuesOf(b.answers)];
  const images = Math.min(ofA.length, ofB.length);
  return pairedDifference(ofA.slice(0, images), ofB.slice(0, images));
}

/** Unshifted minus shifted correctness of each image, -1 to 1. */
function lossByImage(answers: readonly ShiftAnswers[], shift: number): number[] {
  const still = fractions(answersTo(answers, 0).correct);
  return fractions(answersTo(answers, shift).correct).map((moved, i) => still[i]! - moved);
}

function answersTo(answers: readonly ShiftAnswers[], shift: number): ShiftAnswers {
  const found = answers.find((answer) => answer.shift === shift);
  if (found) return found;
  const measured = answers.map((answer) => answer.shift).join(', ');
  throw new RangeError(`no answers to a shift of ${shift} pixels: measured were ${measured}`);
}

const fractions = (counts: Uint8Array): number[] => Array.from(counts, (n) => n / DIRECTIONS.length);
