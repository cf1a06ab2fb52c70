import type { Contrast } from './contrast.js';
import { intervalOf, type VariancePart } from './interval.js';
import { mean, standardDeviation } from './statistics.js';

/** Mean of a quantity over images, of the network of one seed. */
export interface OverImages {
  /** In the quantity's own unit. */
  readonly mean: number;
  /** Standard deviation between images. */
  readonly sd: number;
  /** Images. */
  readonly n: number;
}

export interface MeasuredBySeed extends OverImages {
  readonly seed: number;
}

export interface MeasuredOptions {
  /** Standard deviation between seeds, where there is one seed and it cannot be estimated. */
  readonly assumedDeviation: number;
  /** Answers, each 0 or 1, that an image's value is a difference of: half an imagined image for each, as in `contrast`. */
  readonly answers: number;
}

/**
 * The mean over seeds of something that was measured on trained networks, image by image, with the interval over seeds and
 * images of `contrast`: the variance between these seeds over their number, and the variance between images over theirs, as
 * all networks were given the same ones.
 *
 * @throws RangeError for no seeds, and where nothing varies
 */
export function measuredContrast(
  measured: readonly MeasuredBySeed[],
  { assumedDeviation, answers }: MeasuredOptions,
): Contrast {
  const values = measured.map((run) => run.mean);
  const seeds: VariancePart =
    values.length > 1
      ? { of: 'seeds', variance: standardDeviation(values) ** 2 / values.length, df: values.length - 1 }
      : { of: 'seeds', variance: assumedDeviation ** 2, df: Number.POSITIVE_INFINITY };
  const images = mean(measured.map(({ sd, n }) => (sd ** 2 * (n - 1) + answers / 2) / (n + 1) / (n + 2)));
  const parts: VariancePart[] = [
    seeds,
    { of: 'images', variance: images, df: Math.min(...measured.map(({ n }) => n + 1)) },
  ];
  return {
    ...intervalOf(mean(values), parts),
    bySeed: measured.map((run) => ({ seed: run.seed, value: run.mean })),
    spread: values.length > 1 ? 'measured' : 'assumed',
  };
}
