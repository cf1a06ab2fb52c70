import { conditionOf, describeCondition } from '../study/index.js';
import type { EpochRecord, RunRecord, RunSpec } from '../training/index.js';

/** An epoch of a run, for curves; `best` marks the epoch whose weights were kept. */
export interface RunEpoch extends EpochRecord {
  /** How the run's curve is called. */
  readonly model: string;
  /** Of the run. */
  readonly seed: number;
  /** Whether the weights of this epoch were kept. */
  readonly best: boolean;
}

/**
 * The epochs of runs as rows for {@link lossCurves} and {@link accuracyCurves}, run by run.
 *
 * @param nameOf how a curve is called; default: the run's condition in words
 * @example
 * ```ts
 * import { accuracyCurves, epochsOf, recordedRuns } from 'whyconv';
 *
 * const runs = await recordedRuns();
 * const epochs = epochsOf(runs.slice(0, 1));
 * epochs.filter(({ best }) => best).length; // => 1
 * const chart = accuracyCurves(epochs); // ready to be drawn
 * ```
 */
export function epochsOf(
  records: Iterable<RunRecord>,
  nameOf: (spec: RunSpec) => string = (spec) => describeCondition(conditionOf(spec)),
): RunEpoch[] {
  return [...records].flatMap(({ spec, history, results }) =>
    history.map((epoch) => ({
      ...epoch,
      model: nameOf(spec),
      seed: spec.seed,
      best: epoch.epoch === results?.keptEpoch,
    })),
  );
}
