import type { EpochRecord } from './run-record.js';
import type { RunSpec, ScheduleSpec } from './run-spec.js';

/** The epoch with the lowest validation loss, the earlier of equals; undefined where none has a number for it. */
export function bestEpoch(history: readonly EpochRecord[]): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const epoch of history) {
    if (epoch.validationLoss < (best?.validationLoss ?? Number.POSITIVE_INFINITY)) best = epoch;
  }
  return best;
}

/** The epoch whose weights a run keeps so far: the best where it stops early, otherwise the last. */
export const keptEpoch = (
  { patience }: Pick<RunSpec, 'patience'>,
  history: readonly EpochRecord[],
): EpochRecord | undefined => (patience === null ? history.at(-1) : bestEpoch(history));

/** Whether training continues after this history: neither out of epochs nor out of patience. */
export function shouldContinue(
  { maxEpochs, patience }: Pick<RunSpec, 'maxEpochs' | 'patience'>,
  history: readonly EpochRecord[],
): boolean {
  if (history.length >= maxEpochs) return false;
  const best = bestEpoch(history);
  return patience === null || !best || history.length - best.epoch < patience;
}

/**
 * The learning rate of a step in the epoch after this history. A pure function of spec, history and step, so that a resumed
 * run needs no state of the schedule, and every engine takes the same steps.
 *
 * @param done share of that epoch's steps that are done, 0 to below 1
 */
export function learningRate(
  { optimizer, maxEpochs }: Pick<RunSpec, 'optimizer' | 'maxEpochs'>,
  history: readonly EpochRecord[],
  done = 0,
): number {
  const { schedule, learningRate: rate } = optimizer;
  switch (schedule.kind) {
    case 'constant':
      return rate;
    case 'reduceOnPlateau':
      return reducedOnPlateau(rate, schedule, history);
    case 'oneCycle':
      return rate * cycle(schedule, (history.length + done) / maxEpochs);
  }
}

/** Share of the peak rate at a share of all steps. */
function cycle({ warmup, initial }: Extract<ScheduleSpec, { kind: 'oneCycle' }>, done: number): number {
  return done < warmup ? initial + ((1 - initial) * done) / warmup : (1 - done) / (1 - warmup);
}

/** As Keras's ReduceLROnPlateau with `min_delta` 0: the count of epochs without a lower loss starts again at each reduction. */
function reducedOnPlateau(
  peak: number,
  { factor, patience }: Extract<ScheduleSpec, { kind: 'reduceOnPlateau' }>,
  history: readonly EpochRecord[],
): number {
  let rate = peak;
  let lowest = Number.POSITIVE_INFINITY;
  let waited = 0;
  for (const { validationLoss } of history) {
    if (validationLoss < lowest) {
      lowest = validationLoss;
      waited = 0;
    } else if (++waited === patience) {
      rate *= factor;
      waited = 0;
    }
  }
  return rate;
}
