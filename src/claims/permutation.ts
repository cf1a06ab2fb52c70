import { type ConditionResult, type ContrastTerm, term, unvaried } from '../analysis/index.js';
import { IMAGE_SIDE } from '../data/index.js';
import type { Context } from './claim.js';
import { type RivalProtocol, rivalProtocols, together } from './networks.js';

/** The reference CNN and the baseline on images as they are, and on images whose pixels were permuted. */
export interface Permuted extends RivalProtocol {
  readonly cnn: ConditionResult;
  readonly baseline: ConditionResult;
  readonly permutedCnn: ConditionResult;
  readonly permutedBaseline: ConditionResult;
}

/**
 * Both networks on images whose pixels were all permuted, over common seeds: the baseline under the protocol, and at the rate
 * that dense networks want where there are such runs.
 */
export function allPermuted(context: Context):
  | {
      readonly cases: readonly [Permuted, ...Permuted[]];
      /** Whether there is one for each protocol of the baseline. */
      readonly complete: boolean;
    }
  | undefined {
  const { images } = context.profile.blocks;
  const protocols = rivalProtocols(context);
  const found = protocols.flatMap((how) => permutedBy(context, IMAGE_SIDE, images, how) ?? []);
  if (found[0]?.protocol !== context.protocol) return undefined;
  const shared = together(...found.flatMap(resultsOf));
  if (!shared) return undefined;
  const cases = found.map((permuted, i) => {
    const [cnn, baseline, permutedCnn, permutedBaseline] = shared.slice(4 * i) as ConditionResult[];
    return { ...permuted, cnn, baseline, permutedCnn, permutedBaseline };
  });
  return {
    cases: cases as unknown as readonly [Permuted, ...Permuted[]],
    complete: found.length === protocols.length,
  };
}

/**
 * @param block pixels are permuted inside blocks of this many pixels a side
 * @param how the baseline is trained
 */
export function permutedBy(
  { find, profile, protocol }: Context,
  block: number,
  images: number | null,
  how: RivalProtocol = { protocol, suffix: '' },
): Permuted | undefined {
  const { referenceCnn } = profile;
  const cnn = (side: number) => find({ ...unvaried(referenceCnn), block: side, images });
  const baseline = (side: number) =>
    find({ ...unvaried('baseline'), block: side, images, protocol: how.protocol });
  const all = together(cnn(1), baseline(1), cnn(block), baseline(block));
  if (!all) return undefined;
  return { ...how, cnn: all[0], baseline: all[1], permutedCnn: all[2], permutedBaseline: all[3] };
}

/** How much more the permutation costs the CNN than the baseline, test accuracy. */
export const costTerms = ({ cnn, baseline, permutedCnn, permutedBaseline }: Permuted): ContrastTerm[] => [
  term(cnn, 1),
  term(permutedCnn, -1),
  term(baseline, -1),
  term(permutedBaseline, 1),
];

export const resultsOf = ({ cnn, baseline, permutedCnn, permutedBaseline }: Permuted): ConditionResult[] => [
  cnn,
  baseline,
  permutedCnn,
  permutedBaseline,
];
