import { conditionOf, describeCondition } from '../study/index.js';
import type { EpochRecord, RunRecord, RunSpec } from '../training/index.js';

/** An epoch of a run, for curves; `best` marks the epoch whose weights were kept. */
export interface RunEpoch extends EpochRecord {
  readonly model: string;
  readonly seed: number;
  readonly best: boolean;
}

/** @param nameOf how a curve is called; default: the run's condition in words */
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
