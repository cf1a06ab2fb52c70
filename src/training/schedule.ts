import type { EpochRecord } from './run-record.js';
import type { OptimizerSpec, RunSpec } from './run-spec.js';

/** The epoch with the lowest validation loss, the earlier of equals; undefined where none has a number for it. */
export function bestEpoch(history: readonly EpochRecord[]): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const epoch of history) {
    if (epoch.validationLoss < (best?.validationLoss ?? Number.POSITIVE_INFINITY)) best = epoch;
  }
  return best;
}

/** Whether training goes on after this history: neither out of epochs nor out of patience. */
export function trainsOn(
  spec: Pick<RunSpec, 'maxEpochs' | 'patience'>,
  history: readonly EpochRecord[],
): boolean {
  const best = bestEpoch(history);
  if (history.length >= spec.maxEpochs) return false;
  return !best || history.length - best.epoch < spec.patience;
}

/**
 * The learning rate of the epoch after this history. A pure function of the history, so that a resumed run needs no
 * state of the schedule.
 */
export function learningRate(optimizer: OptimizerSpec, history: readonly EpochRecord[]): number {
  const { schedule } = optimizer;
  let rate = optimizer.learningRate;
  if (schedule.kind === 'constant') return rate;
  let lowest = Number.POSITIVE_INFINITY;
  let waited = 0;
  for (const { validationLoss } of history) {
    if (validationLoss < lowest) {
      lowest = validationLoss;
      waited = 0;
    } else if (++waited === schedule.patience) {
      rate *= schedule.factor;
      waited = 0;
    }
  }
  return rate;
}
