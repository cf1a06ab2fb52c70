import { guessAccuracy } from '../analysis/index.js';
import type { RunRecord } from '../training/index.js';
import type { LayerRank } from './filter-ranks.js';
import type { LayerEquivariance } from './layer-equivariance.js';
import { measureEquivariance, measurePruning, measureRanks, measureShifts } from './measurements.js';
import type { Pruning } from './pruning-losses.js';
import type { ShiftMeasurement } from './shift-robustness.js';
import type { TrainedStudy } from './trained.js';

/** How the layers of a trained network follow shifts: see {@link measureEquivariance}. */
export interface EquivarianceRun {
  /** Of the run. */
  readonly seed: number;
  /** Every layer and shift. */
  readonly rows: readonly LayerEquivariance[];
}

/**
 * {@link measureEquivariance} of several runs, such as those of one condition.
 *
 * @throws MissingWeightsError where neither a run's weights nor the measurement is in the store
 * @example
 * ```ts
 * import { measureEquivarianceRuns, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * const [measured] = await measureEquivarianceRuns(study, [run!.record]);
 * [measured!.seed, measured!.rows[0]!.layer]; // => [0, 'conv1']
 * ```
 */
export const measureEquivarianceRuns = (
  study: TrainedStudy,
  records: readonly RunRecord[],
): Promise<EquivarianceRun[]> =>
  bySeed(records, async (record) => ({ rows: await measureEquivariance(study, record) }));

/** The filters of a trained CNN: see {@link measureRanks} and {@link measurePruning}. */
export interface FilterRun {
  /** Of the run. */
  readonly seed: number;
  /** How many directions they use, layer by layer, before and after training. */
  readonly ranks: readonly LayerRank[];
  /** What the network loses without some of them. */
  readonly pruning: Pruning;
  /** Accuracy of one answer to every image, see {@link guessAccuracy}. */
  readonly guess: number;
}

/**
 * {@link measureRanks} and {@link measurePruning} of several runs, such as those of one condition.
 *
 * @throws MissingWeightsError where neither a run's weights nor the measurements are in the store
 * @example
 * ```ts
 * import { measureFilterRuns, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * const [measured] = await measureFilterRuns(study, [run!.record]);
 * measured!.ranks.map(({ filters }) => filters); // => [8, 8, 16, 16, 32]
 * ```
 */
export const measureFilterRuns = (study: TrainedStudy, records: readonly RunRecord[]): Promise<FilterRun[]> =>
  bySeed(records, async (record) => ({
    pruning: await measurePruning(study, record),
    ranks: await measureRanks(study, record),
    guess: guessAccuracy(record.results!.test.confusion),
  }));

/** A trained network's answers to shifted images, with both fillings. */
export interface ShiftedRun {
  /** Of the run. */
  readonly seed: number;
  /** Uncovered pixels black. */
  readonly zero: ShiftMeasurement;
  /** What leaves the image on one side comes in on the other. */
  readonly wrap: ShiftMeasurement;
}

/**
 * Accuracy and prediction consistency of trained networks, such as the runs of one condition, on validation images shifted by 0
 * to 8 pixels in four directions, with both fillings.
 *
 * @throws WhyconvError where a run's weights are not in the store
 * @example
 * ```ts
 * import { measureShiftedRuns, MODELS, openStudy } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic' });
 * const [run] = await study.runSettings([{ model: MODELS.small, images: 320 }]);
 * const [shifted] = await measureShiftedRuns(study, [run!.record]);
 * shifted!.zero.rows[0]!.loss.mean; // => 0
 * ```
 */
export const measureShiftedRuns = (
  study: TrainedStudy,
  records: readonly RunRecord[],
): Promise<ShiftedRun[]> =>
  bySeed(records, async (record) => ({
    zero: await measureShifts(study, record, 'zero'),
    wrap: await measureShifts(study, record, 'wrap'),
  }));

/** One run after another, since each computes on all cores. */
async function bySeed<Measured>(
  records: readonly RunRecord[],
  measure: (record: RunRecord) => Promise<Measured>,
): Promise<(Measured & { seed: number })[]> {
  const runs: (Measured & { seed: number })[] = [];
  for (const record of records) runs.push({ seed: record.spec.seed, ...(await measure(record)) });
  return runs;
}
