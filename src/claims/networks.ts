import {
  bestByValidation,
  type ConditionResult,
  commonSeeds,
  overCommonSeeds,
  unvaried,
} from '../analysis/index.js';
import type { ModelName } from '../models/index.js';
import type { Condition, ProtocolName } from '../study/index.js';
import type { Context } from './claim.js';

/** The CNNs, narrow to wide. */
export const WIDTHS = ['small', 'medium', 'big', 'extra_big'] as const satisfies readonly ModelName[];

/** A network of the filter sweep: as it is, on the sweep's images. */
export const sweep = ({ find, profile }: Context, name: ModelName): ConditionResult | undefined =>
  find({ ...unvaried(name), images: profile.images });

/**
 * The widths of the filter sweep that have finished runs, narrow to wide; none where no seed is common to all. Steps between two
 * of them rest on the seeds that these two share.
 */
export function widthsOf(context: Context): ConditionResult[] {
  const found = WIDTHS.map((name) => sweep(context, name)).filter((result) => result !== undefined);
  return commonSeeds(found).length > 0 ? found : [];
}

/** A protocol that a network without weight sharing is trained under where a CNN is compared with it. */
export interface RivalProtocol {
  readonly protocol: ProtocolName;
  /** Follows the name of the network: "baseline at the low rate". */
  readonly suffix: string;
}

/** The rates that networks without weight sharing want, by the search for the fast protocol. */
const OWN_RATE = {
  dense: { protocol: 'fastLowRate', suffix: ' at the low rate' },
  local: { protocol: 'fastMiddleRate', suffix: ' at the middle rate' },
} as const satisfies Record<string, RivalProtocol>;

/**
 * Networks without weight sharing want a lower learning rate than the one that was chosen for all. Where the protocol has such
 * a variant, a CNN must be ahead of them under both, so that no verdict rests on a rate that suits one side only.
 */
export const rivalProtocols = (
  { protocol }: Pick<Context, 'protocol'>,
  kind: keyof typeof OWN_RATE = 'dense',
): readonly RivalProtocol[] => [{ protocol, suffix: '' }, ...(protocol === 'fast' ? [OWN_RATE[kind]] : [])];

/** A network without weight sharing, under one of its protocols. */
export interface Rival extends RivalProtocol {
  readonly result: ConditionResult;
}

/**
 * Some results and the rivals they are compared with, all over the seeds they share; none where a result or the rival under
 * the same protocol is missing.
 *
 * @param query of the rival; its protocol is set here
 */
export function withRivals<const Results extends readonly (ConditionResult | undefined)[]>(
  context: Context,
  query: Partial<Condition>,
  ...results: Results
):
  | {
      readonly results: { [I in keyof Results]: ConditionResult };
      readonly rivals: readonly [Rival, ...Rival[]];
      /** Whether there is a rival under each protocol. */
      readonly complete: boolean;
    }
  | undefined {
  const protocols = protocolsFor(context, query);
  const found = protocols.flatMap((how): Rival[] => {
    const result = context.find({ ...query, protocol: how.protocol });
    return result ? [{ ...how, result }] : [];
  });
  const shared = together(...results, ...found.map(({ result }) => result));
  if (!shared || found[0]?.protocol !== context.protocol) return undefined;
  const rivals = found.map((rival, i) => ({ ...rival, result: shared[results.length + i]! }));
  return {
    results: shared.slice(0, results.length) as never,
    rivals: rivals as unknown as readonly [Rival, ...Rival[]],
    complete: found.length === protocols.length,
  };
}

/** A network without weight sharing at the better of its rates by validation accuracy, of those that have finished runs. */
export function atBetterRate(context: Context, query: Partial<Condition>): ConditionResult | undefined {
  const found = protocolsFor(context, query).flatMap(
    ({ protocol }) => context.find({ ...query, protocol }) ?? [],
  );
  return bestByValidation(found);
}

const protocolsFor = (context: Context, { sharing }: Partial<Condition>): readonly RivalProtocol[] =>
  rivalProtocols(context, sharing === false ? 'local' : 'dense');

/** Follows a reading in which a rival is missing: the numbers can refute then, not support. */
export const incompleteReading = (complete: boolean): string =>
  complete ? '' : ' At the rate that suits the other network there are no finished runs to compare with.';

const SHARED = unvaried('small');

/**
 * `small` and the same network with weights of its own at every position, few training images to many, over their seeds; the
 * latter at the better of its rates by validation accuracy.
 */
export const sharingPairs = (
  context: Context,
): { readonly shared: ConditionResult; readonly unshared: ConditionResult }[] =>
  context.profile.dataSize.unshared.flatMap((images) => {
    const unshared = atBetterRate(context, { ...SHARED, sharing: false, images });
    const pair = together(context.find({ ...SHARED, images }), unshared);
    return pair ? [{ shared: pair[0], unshared: pair[1] }] : [];
  });

/** All of the results over the seeds they share; none where one is missing or no seed is shared. */
export function together<const Results extends readonly (ConditionResult | undefined)[]>(
  ...results: Results
): { [I in keyof Results]: ConditionResult } | undefined {
  const found = results.filter((result) => result !== undefined);
  const shared = found.length === results.length ? overCommonSeeds(found) : undefined;
  return shared as { [I in keyof Results]: ConditionResult } | undefined;
}

/** What is missing where {@link together} gives none. */
export const COMPARED = 'all conditions it compares with a seed in common';
