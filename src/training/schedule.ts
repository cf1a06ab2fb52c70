import type { EpochRecord } from './run-record.js';
import type { RunSpec, ScheduleSpec } from './run-spec.js';

/**
 * The epoch with the lowest validation loss, the earlier of equals; undefined where none has a number for it.
 *
 * @example
 * ```ts
 * import { bestEpoch } from 'whyconv';
 *
 * const usual = { learningRate: 0.001, trainLoss: 1, trainAccuracy: 0.6, trainSeconds: 4, seconds: 5 };
 * const losses = [1.2, 1.0, 1.1];
 * const history = losses.map((validationLoss, i) => ({ ...usual, epoch: i + 1, validationLoss, validationAccuracy: 0.6 }));
 * bestEpoch(history)!.epoch; // => 2
 * bestEpoch([]); // => undefined
 * ```
 */
export function bestEpoch(history: readonly EpochRecord[]): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const epoch of history) {
    const loss = epoch.validationLoss ?? Number.POSITIVE_INFINITY;
    if (loss < (best?.validationLoss ?? Number.POSITIVE_INFINITY)) best = epoch;
  }
  return best;
}

/** About how often a run of fixed length is validated: enough for a learning curve. */
const VALIDATIONS = 10;

/**
 * Whether a run is validated after an epoch. Where validation decides over its length or its learning rate, after each.
 * Otherwise it decides nothing, and on few training images takes longer than the epoch: then after every few epochs and the last.
 */
export const isValidated = (spec: Validated, epoch: number): boolean =>
  epoch === spec.maxEpochs || epoch % epochsBetween(spec) === 0;

/** How often a run is validated that trains all of its epochs. */
export const validationsOf = (spec: Validated): number => Math.ceil(spec.maxEpochs / epochsBetween(spec));

type Validated = Pick<RunSpec, 'maxEpochs' | 'patience'> & {
  readonly optimizer: Pick<RunSpec['optimizer'], 'schedule'>;
};

const epochsBetween = ({ maxEpochs, patience, optimizer: { schedule } }: Validated): number =>
  patience !== null || schedule.kind === 'reduceOnPlateau' ? 1 : Math.ceil(maxEpochs / VALIDATIONS);

/**
 * The epoch whose weights a run keeps so far: the best where it stops early, otherwise the last.
 *
 * @example
 * ```ts
 * import { keptEpoch, recordedRuns } from 'whyconv';
 *
 * const [record] = await recordedRuns();
 * const { spec, history, results } = record!;
 * keptEpoch(spec, history)!.epoch; // => results!.keptEpoch
 * ```
 */
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
 * @example
 * ```ts
 * import { learningRate, PROTOCOLS } from 'whyconv';
 *
 * const { learningRate: rate, schedule } = PROTOCOLS.fast;
 * const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
 * const run = { optimizer: { ...adam, learningRate: rate, schedule }, maxEpochs: 1 };
 * learningRate(run, [], 0.25); // => 0.006
 * learningRate(run, [], 0.625); // => 0.003
 * ```
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
    if (validationLoss !== null && validationLoss < lowest) {
      lowest = validationLoss;
      waited = 0;
    } else if (++waited === patience) {
      rate *= factor;
      waited = 0;
    }
  }
  return rate;
}
