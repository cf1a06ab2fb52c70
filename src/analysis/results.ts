import { WhyconvError } from '../base/errors.js';
import { denseControl, MODELS, modelTotals, type NetworkName } from '../models/index.js';
import {
  type Condition,
  conditionOf,
  describeCondition,
  type EpochCost,
  epochsOn,
  matches,
  PROTOCOLS,
} from '../study/index.js';
import { type RunRecord, runKey } from '../training/index.js';
import { mean, type Summary, summarize } from './statistics.js';

/** The runs of one condition, which differ in their seed only. Accuracies 0 to 1, losses in nats. */
export interface ConditionResult {
  /** What was varied. */
  readonly condition: Condition;
  /** The condition in words, for display only. */
  readonly name: string;
  /** Trainable weights and biases. */
  readonly parameters: number;
  /** Forward pass, per image. */
  readonly flops: number;
  /** Training images. */
  readonly images: number;
  /** Finished runs, in the order of their seeds: at least one. */
  readonly records: readonly RunRecord[];
  /** Runs whose loss stopped being a number; no summary includes them. */
  readonly diverged: readonly RunRecord[];
  /** On the training images, dropout off. */
  readonly trainAccuracy: Summary;
  /** Of the weights that were kept. */
  readonly validationAccuracy: Summary;
  /** Highest over all validated epochs. */
  readonly peakValidationAccuracy: Summary;
  /** Of the weights that were kept. */
  readonly testAccuracy: Summary;
  /** Mean cross-entropy of the weights that were kept. */
  readonly validationLoss: Summary;
  /** Mean cross-entropy of the weights that were kept. */
  readonly testLoss: Summary;
  /** Train minus validation accuracy of the kept weights, dropout off. */
  readonly gap: Summary;
  /** Train minus test accuracy: what the gap is where validation chose the weights. */
  readonly testGap: Summary;
  /** Undisturbed, where it was measured; durations, speed and memory below are then by it, otherwise as the runs had them. */
  readonly epochCost?: EpochCost | undefined;
  /** Wall-clock of training and evaluation. */
  readonly seconds: Summary;
  /** Training images per second, mean over the runs. */
  readonly imagesPerSecond: number;
  /** The highest of the runs; of the processes that trained them. */
  readonly peakMemoryBytes: number;
  /** Finished epochs, mean over the runs. */
  readonly epochs: number;
}

/**
 * One result per condition, in order of first appearance; a record that appears twice counts once. A condition all of whose
 * runs diverged has no result: see {@link divergedRuns}.
 *
 * @example
 * ```ts
 * import { recordedRuns, resultsByCondition } from 'whyconv';
 *
 * const results = resultsByCondition(await recordedRuns());
 * results.every(({ records }) => records.length >= 1); // => true
 * ```
 */
export function resultsByCondition(records: Iterable<RunRecord>): ConditionResult[] {
  const unique = new Map([...records].map((record) => [record.key, record]));
  const groups = new Map<string, RunRecord[]>();
  for (const record of unique.values()) {
    const key = runKey({ ...record.spec, seed: 0 });
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].flatMap((group) => {
    const sorted = group.sort((a, b) => a.spec.seed - b.spec.seed);
    const finished = sorted.filter(({ results }) => results);
    const diverged = sorted.filter(({ results }) => !results);
    return finished.length > 0 ? [summarized(finished, diverged)] : [];
  });
}

/**
 * The runs that have no results, since their loss stopped being a number.
 *
 * @example
 * ```ts
 * import { divergedRuns, recordedRuns } from 'whyconv';
 *
 * divergedRuns(await recordedRuns()).every(({ status }) => status === 'diverged'); // => true
 * ```
 */
export const divergedRuns = (records: Iterable<RunRecord>): RunRecord[] => [
  ...new Map([...records].filter(({ results }) => !results).map((record) => [record.key, record])).values(),
];

/**
 * All results whose condition has the values that the query names. Runs of another length than their protocol's were trained to
 * choose it: unless the query names a number of epochs, they answer only where there are no others.
 *
 * @example
 * ```ts
 * import { recordedRuns, resultsByCondition, where } from 'whyconv';
 *
 * const results = resultsByCondition(await recordedRuns());
 * const unshared = where(results, { sharing: false });
 * unshared.every(({ condition }) => condition.head !== 'dense'); // => true
 * ```
 */
export function where(results: readonly ConditionResult[], query: Partial<Condition>): ConditionResult[] {
  const found = results.filter(({ condition }) => matches(condition, query));
  const usual = query.epochs === undefined ? found.filter(isOfUsualLength) : found;
  return usual.length > 0 ? usual : found;
}

/** Whether the runs have as many epochs as their protocol means for that many images. */
export const isOfUsualLength = ({ condition: { protocol, epochs }, images }: ConditionResult): boolean =>
  protocol === 'other' || epochs === epochsOn(PROTOCOLS[protocol], images);

/**
 * The one result whose condition has the values that the query names.
 *
 * @throws WhyconvError where there is none, or more than one
 * @example
 * ```ts
 * import { one, PROTOCOLS, recordedRuns, resultsByCondition, unvaried } from 'whyconv';
 *
 * const results = resultsByCondition(await recordedRuns());
 * const small = one(results, { ...unvaried('small'), protocol: 'fast', images: null });
 * small.parameters; // => 14_450
 * small.epochs; // => PROTOCOLS.fast.epochs
 * one(results, { model: 'smaller' }); // throws WhyconvError: no finished run has this condition
 * ```
 */
export function one(results: readonly ConditionResult[], query: Partial<Condition>): ConditionResult {
  const found = where(results, query);
  if (found.length === 1) return found[0]!;
  const asked = Object.entries(query).map(([field, value]) => `${field}: ${JSON.stringify(value)}`);
  const candidates = found.length > 0 ? found : results;
  throw new WhyconvError({
    what: found.length === 0 ? 'no finished run has this condition' : 'several conditions answer the query',
    found: candidates.map(({ name }) => name).join('; ') || 'no finished runs',
    expected: `one with ${asked.join(', ') || 'any value'}`,
    remedy: found.length === 0 ? 'train its runs, or ask for another condition' : 'name more fields',
  });
}

/**
 * What queries a network of the study as it is, on images as they are: nothing of it varied.
 *
 * @example
 * ```ts
 * import { unvaried } from 'whyconv';
 *
 * unvaried('small'); // => { model: 'small', sharing: true, head: 'pooled', dropout: 0.3, block: 1, shift: 0 }
 * ```
 */
export function unvaried(name: NetworkName): Partial<Condition> {
  const { layers } = name === 'dense_control' ? denseControl() : MODELS[name];
  const dropout = Math.max(0, ...layers.map((layer) => (layer.kind === 'dropout' ? layer.rate : 0)));
  const head = layers.some(({ kind }) => kind === 'conv2d') ? 'pooled' : 'dense';
  return { model: name, sharing: true, head, dropout, block: 1, shift: 0 };
}

/**
 * The result with the highest validation accuracy, the first of equals: test images choose nothing.
 *
 * @example
 * ```ts
 * import { bestByValidation, recordedRuns, resultsByCondition, unvaried, where } from 'whyconv';
 *
 * const results = resultsByCondition(await recordedRuns());
 * bestByValidation(where(results, unvaried('baseline')))!.condition.head; // => 'dense'
 * ```
 */
export const bestByValidation = <Result extends Pick<ConditionResult, 'validationAccuracy'>>(
  results: readonly Result[],
): Result | undefined =>
  results.reduce<Result | undefined>(
    (best, result) =>
      best && best.validationAccuracy.mean >= result.validationAccuracy.mean ? best : result,
    undefined,
  );

/** Seeds that have a finished run of every condition. */
export function commonSeeds(results: readonly Pick<ConditionResult, 'records'>[]): number[] {
  const [first, ...others] = results.map(({ records }) => new Set(records.map(({ spec }) => spec.seed)));
  return [...(first ?? [])].filter((seed) => others.every((seeds) => seeds.has(seed)));
}

/** The results over the seeds they all have, so that numbers in one sentence are about the same runs; none where no seed is. */
export function overCommonSeeds(results: readonly ConditionResult[]): ConditionResult[] | undefined {
  const seeds = commonSeeds(results);
  return seeds.length === 0 ? undefined : results.map((result) => overSeeds(result, seeds));
}

/** The result over some of its seeds. */
export function overSeeds(result: ConditionResult, seeds: readonly number[]): ConditionResult {
  const records = result.records.filter(({ spec }) => seeds.includes(spec.seed));
  return records.length === result.records.length
    ? result
    : { ...result, ...summaries(records), ...costsOf(records, result.epochCost), records };
}

function summarized(records: readonly RunRecord[], diverged: readonly RunRecord[]): ConditionResult {
  const { spec, results } = records[0]!;
  const condition = conditionOf(spec);
  const { parameters, flops } = modelTotals(spec.model);
  return {
    condition,
    name: describeCondition(condition),
    parameters,
    flops,
    images: results!.train.count,
    records,
    diverged,
    ...summaries(records),
    ...costsOf(records),
  };
}

function summaries(records: readonly RunRecord[]) {
  const over = (pick: (results: NonNullable<RunRecord['results']>) => number) =>
    summarize(records.map(({ results }) => pick(results!)));
  return {
    trainAccuracy: over(({ train }) => train.accuracy),
    validationAccuracy: over(({ validation }) => validation.accuracy),
    peakValidationAccuracy: over((results) => results.peakValidationAccuracy),
    testAccuracy: over(({ test }) => test.accuracy),
    validationLoss: over(({ validation }) => validation.loss),
    testLoss: over(({ test }) => test.loss),
    gap: over(({ train, validation }) => train.accuracy - validation.accuracy),
    testGap: over(({ train, test }) => train.accuracy - test.accuracy),
    epochs: mean(records.map(({ history }) => history.length)),
  };
}

/** The runs' own, or those of as many undisturbed epochs as they have. */
function costsOf(records: readonly RunRecord[], epochCost?: EpochCost) {
  const costs = records.map(({ history, provenance }) =>
    epochCost
      ? { ...epochCost.provenance, seconds: history.length * epochCost.provenance.seconds }
      : provenance,
  );
  return {
    seconds: summarize(costs.map(({ seconds }) => seconds)),
    imagesPerSecond: mean(costs.map(({ imagesPerSecond }) => imagesPerSecond)),
    peakMemoryBytes: Math.max(...costs.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}

/**
 * The results with durations, speed and memory of undisturbed epochs, where such were measured: of networks as they are, on
 * as many images as the costs are of.
 *
 * @example
 * ```ts
 * import { recordedEpochCosts, recordedRuns, resultsByCondition, withEpochCosts } from 'whyconv';
 *
 * const results = withEpochCosts(resultsByCondition(await recordedRuns()), await recordedEpochCosts());
 * results.every(({ seconds }) => seconds.mean > 0); // => true
 * ```
 */
export const withEpochCosts = (
  results: readonly ConditionResult[],
  costs: readonly EpochCost[],
): ConditionResult[] =>
  results.map((result) => {
    const epochCost = costs.find((cost) => isCostOf(cost, result));
    return epochCost ? { ...result, epochCost, ...costsOf(result.records, epochCost) } : result;
  });

const isCostOf = (cost: EpochCost, { condition, images }: ConditionResult): boolean =>
  images === cost.images &&
  condition.batchSize === PROTOCOLS.fast.batchSize &&
  matches(condition, { ...unvaried(cost.model), precision: 'float32' });
