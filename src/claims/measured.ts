import {
  ASSUMED_SEED_DEVIATION,
  type Contrast,
  type MeasuredBySeed,
  mean,
  measuredContrast,
  type OverImages,
  type Summary,
  wilsonInterval,
} from '../analysis/index.js';
import { equivarianceEvidence, type FilterRun, type LayerEquivariance } from '../lab/index.js';
import type { MeasuredEquivariance, MeasuredFilters } from './evidence.js';

/** Something measured on the networks of several seeds. */
type BySeed<Value> = readonly { readonly seed: number; readonly value: Value }[];

const overImages = ({ mean, sd, n }: Summary): OverImages => ({ mean, sd: sd ?? 0, n });

/** What decides on equivariance, of every layer and shift of one network. */
export function equivarianceOf(rows: readonly LayerEquivariance[]): MeasuredEquivariance {
  const { changeReduction, ...extremes } = equivarianceEvidence(rows);
  return { ...extremes, changeReduction: overImages(changeReduction) };
}

const QUARTER = 0.25;

/** What decides on redundancy, of the filters of one network. */
export function filtersOf({ pruning, ranks, guess }: Omit<FilterRun, 'seed'>): MeasuredFilters {
  const lossOf = (order: 'magnitude' | 'random') =>
    pruning.losses.find((loss) => loss.order === order && loss.fraction === QUARTER)!;
  return {
    accuracy: pruning.accuracy.mean,
    guess,
    loss: overImages(lossOf('magnitude')),
    randomLoss: lossOf('random').mean,
    removable: pruning.removable.alone.fraction,
    ranks: {
      initial: mean(ranks.map(({ initial }) => initial)),
      trained: mean(ranks.map(({ trained }) => trained)),
    },
  };
}

/**
 * Standard deviation between seeds of the change that pooling saves, where one seed was measured: five points of relative
 * change, a tenth of the change itself before pooling.
 */
const CHANGE_DEVIATION = 0.05;

/** Equivariance of one network over its seeds: the extremes of all, the means of the changes in place. */
export interface EquivarianceOver extends Omit<MeasuredEquivariance, 'changeReduction'> {
  /** The change just before the first pooling minus that just after it. */
  readonly saved: Contrast;
}

/** @throws RangeError for no seeds */
export function equivarianceOver(measured: BySeed<MeasuredEquivariance>): EquivarianceOver {
  const all = (pick: (value: MeasuredEquivariance) => number) => measured.map(({ value }) => pick(value));
  return {
    beforePooling: Math.max(...all((value) => value.beforePooling)),
    wholeStrides: Math.max(...all((value) => value.wholeStrides)),
    otherShifts: Math.min(...all((value) => value.otherShifts)),
    changeBefore: mean(all((value) => value.changeBefore)),
    changeAfter: mean(all((value) => value.changeAfter)),
    saved: measuredContrast(
      measured.map(({ seed, value }) => ({ seed, ...value.changeReduction })),
      { assumedDeviation: CHANGE_DEVIATION, answers: 0 },
    ),
  };
}

/** What a quarter of the filters may cost at most to be redundant, in accuracy. */
const CHEAP = 0.01;

type Losses = BySeed<Pick<MeasuredFilters, 'loss'>>;

/** Accuracy lost without the quarter of a layer's filters with the smallest L1 norm, mean over layers. */
export const pruningLoss = (measured: Losses): Contrast =>
  lossOver(measured.map(({ seed, value: { loss } }) => ({ seed, ...loss })));

/** One point minus that. */
export const pruningMargin = (measured: Losses): Contrast =>
  lossOver(measured.map(({ seed, value: { loss } }) => ({ seed, ...loss, mean: CHEAP - loss.mean })));

const lossOver = (losses: readonly MeasuredBySeed[]): Contrast =>
  measuredContrast(losses, { assumedDeviation: ASSUMED_SEED_DEVIATION, answers: 2 });

/** What one network loses more than another, over the seeds of both; undefined where there is none. */
export function pruningDifference(losses: Losses, others: Losses): Contrast | undefined {
  const shared = losses.flatMap(({ seed, value: { loss } }): MeasuredBySeed[] => {
    const other = others.find((run) => run.seed === seed)?.value.loss;
    // Taken as independent though the images are the same: too wide if anything.
    return other
      ? [{ seed, mean: loss.mean - other.mean, sd: Math.hypot(loss.sd, other.sd), n: loss.n }]
      : [];
  });
  return shared.length > 0
    ? measuredContrast(shared, { assumedDeviation: Math.SQRT2 * ASSUMED_SEED_DEVIATION, answers: 4 })
    : undefined;
}

/** Whether the networks answer better than a guess: one at chance has nothing to lose, and its filters show nothing. */
export const aboveChance = (measured: BySeed<MeasuredFilters>): boolean =>
  measured.every(
    ({ value: { accuracy, guess, loss } }) =>
      wilsonInterval(Math.round(accuracy * loss.n), loss.n).low > guess,
  );
