import { type ConditionResult, type ContrastTerm, term, unvaried } from '../analysis/index.js';
import type { Context } from './claim.js';
import { together } from './networks.js';

/** The reference CNN and the baseline on images as they are, and on images whose pixels were permuted. */
export interface Permuted {
  readonly cnn: ConditionResult;
  readonly baseline: ConditionResult;
  readonly permutedCnn: ConditionResult;
  readonly permutedBaseline: ConditionResult;
}

/** @param block pixels are permuted inside blocks of this many pixels a side; 32: the whole image */
export function permutedBy(
  { find, profile }: Context,
  block: number,
  images: number | null,
): Permuted | undefined {
  const at = (name: 'baseline' | typeof profile.referenceCnn, side: number) =>
    find({ ...unvaried(name), block: side, images });
  const { referenceCnn } = profile;
  const all = together(
    at(referenceCnn, 1),
    at('baseline', 1),
    at(referenceCnn, block),
    at('baseline', block),
  );
  if (!all) return undefined;
  const [cnn, baseline, permutedCnn, permutedBaseline] = all;
  return { cnn, baseline, permutedCnn, permutedBaseline };
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

/** Pixels a side of an image. */
export const WHOLE_IMAGE = 32;
