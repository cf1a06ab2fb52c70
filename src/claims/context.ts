import { type ConditionResult, comparisonsWith, one, where } from '../analysis/index.js';
import {
  type Condition,
  conditionOf,
  epochsOn,
  matches,
  PROTOCOLS,
  type ProtocolName,
} from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import type { Context } from './claim.js';
import type { Evidence } from './evidence.js';

/** A context that remembers what was asked for. */
export interface AskedContext extends Context {
  /** Runs that diverged, of all conditions that were asked for so far. */
  diverged(): RunRecord[];
}

/** The evidence of one protocol, for one claim. */
export function contextOf(evidence: Evidence, protocol: ProtocolName): AskedContext {
  const { dataset, profile, results, diverged, spread, measured } = evidence;
  const asked: Partial<Condition>[] = [];
  /** What a query is about unless it says otherwise; a protocol's runs of other lengths were trained to choose it. */
  const usual = ({ protocol: name = protocol, images }: Partial<Condition>): Partial<Condition> => ({
    dataset: dataset.fingerprint,
    protocol: name,
    ...(images !== undefined &&
      name !== 'other' && {
        epochs: Math.min(
          epochsOn(PROTOCOLS[name], images ?? dataset.available - profile.validation),
          profile.maxEpochs ?? Number.POSITIVE_INFINITY,
        ),
      }),
  });
  const find = (query: Partial<Condition>): ConditionResult | undefined => {
    const full = { ...usual(query), ...query };
    asked.push(full);
    const found = where(results, full);
    // Where a network was trained in both precisions, it is compared in that of the others.
    return found.length > 1 ? one(found, { precision: 'float32' }) : found[0];
  };
  return {
    protocol,
    cifar10: dataset.name === 'cifar10',
    profile,
    compare: comparisonsWith(spread),
    find,
    measured: ({ records }, name) =>
      records.flatMap(({ key, spec }) => {
        const value = measured[key]?.[name];
        return value ? [{ seed: spec.seed, record: key, value }] : [];
      }),
    diverged: () =>
      diverged.filter(({ spec }) => {
        const condition = conditionOf(spec);
        return asked.some((query) => matches(condition, query));
      }),
  };
}
