import { isDeepStrictEqual } from 'node:util';
import { type RunRecord, unpackBits } from '../training/index.js';

/** How well two records of one run agree. */
export interface Agreement {
  readonly kind: 'identical' | 'within rounding' | 'different';
  /** The largest relative difference of a loss after the first epoch: what rounding alone explains. */
  readonly firstEpoch: number;
  /** Share of the test images of which one run classified right what the other classified wrong; null where one diverged. */
  readonly flipped: number | null;
  /** Test accuracies, 0 to 1; null where the run diverged. */
  readonly accuracies: readonly [number | null, number | null];
}

/**
 * Rounding differs by about 1e-7 in each operation and grows with each step: after one epoch losses agree to within a few
 * percent, and what is left at the end of training is the noise of a training with another seed.
 */
const FIRST_EPOCH = 0.05;
/** Standard deviations of the difference of two runs' test accuracies, which share their images. */
const STANDARD_DEVIATIONS = 4;
/** Assumed between trainings that differ by rounding alone: that of seeds. */
const TRAINING_DEVIATION = 0.007;

/**
 * Compares two records of the same spec, durations apart. Identical is bit by bit: every loss and accuracy, and which images
 * were classified correctly.
 */
export function agreementOf(a: RunRecord, b: RunRecord): Agreement {
  const accuracies = [a.results?.test.accuracy ?? null, b.results?.test.accuracy ?? null] as const;
  const firstEpoch = relative(a.history[0]?.trainLoss, b.history[0]?.trainLoss);
  const flipped = flippedOf(a, b);
  if (isDeepStrictEqual(outcomeOf(a), outcomeOf(b)))
    return { kind: 'identical', firstEpoch, flipped, accuracies };
  const [first, second] = accuracies;
  const isNear =
    first !== null &&
    second !== null &&
    firstEpoch <= FIRST_EPOCH &&
    Math.abs(first - second) <= STANDARD_DEVIATIONS * deviation(flipped ?? 0, a.results!.test.count);
  return { kind: isNear ? 'within rounding' : 'different', firstEpoch, flipped, accuracies };
}

/** All that was computed, without what was timed. */
const outcomeOf = ({ key, status, history, results }: RunRecord) => ({
  key,
  status,
  results,
  history: history.map(({ trainSeconds: _, seconds: __, ...epoch }) => epoch),
});

function relative(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined || Number.isNaN(a) || Number.isNaN(b))
    return Number.POSITIVE_INFINITY;
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);
}

function flippedOf(a: RunRecord, b: RunRecord): number | null {
  if (!a.results || !b.results || a.results.test.count !== b.results.test.count) return null;
  const { count } = a.results.test;
  const [x, y] = [a, b].map(({ results }) => unpackBits(results!.test.correct, count));
  let flips = 0;
  for (let i = 0; i < count; i++) if (x![i] !== y![i]) flips++;
  return flips / count;
}

/** Of the difference of two test accuracies: between trainings, and over the images that flipped (McNemar). */
const deviation = (flipped: number, images: number): number =>
  Math.sqrt(2 * TRAINING_DEVIATION ** 2 + flipped / images);
