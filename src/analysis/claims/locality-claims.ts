import { formatContrast } from '../contrast.js';
import type { LabelResult } from '../results.js';
import { conjunction, type Finding, signOf, unit } from './finding.js';
import { difference, haveCommonSeed, lossOf } from './label-contrasts.js';

/** A CNN and the baseline on images as they are, and on images whose pixels were permuted. */
export interface PermutationPair {
  readonly cnn: LabelResult;
  readonly base: LabelResult;
  readonly permutedCnn: LabelResult;
  readonly permutedBase: LabelResult;
}

/** Both networks on images permuted only inside blocks of so many pixels a side. */
export interface BlockResult {
  readonly block: number;
  readonly cnn: LabelResult;
  readonly base: LabelResult;
}

/** C6. */
export function advantageLost({ cnn, base, permutedCnn, permutedBase }: PermutationPair): Finding {
  const before = difference(cnn, base);
  const after = difference(permutedCnn, permutedBase);
  const lost = lossOf(cnn, base, permutedCnn, permutedBase);
  return {
    verdict: conjunction([signOf(before), signOf(lost)]),
    reading:
      `${cnn.label} − baseline: ${formatContrast(before)} with the images as they are, ${formatContrast(after)} with their pixels ` +
      `permuted, a loss of ${formatContrast(lost)}; same optimizer, budget of epochs and images throughout ${unit(before, lost)}.`,
    contrasts: { [`${cnn.label} − baseline`]: before, 'lost by the permutation': lost },
  };
}

/**
 * C8. Permutations inside blocks keep what lies farther apart than a block where it was: the cost against the block's
 * side tells at which distances the neighbourhood matters.
 */
export function localityUsed(pair: PermutationPair, blocks: readonly BlockResult[]): Finding {
  const { cnn, base, permutedCnn, permutedBase } = pair;
  const lost = lossOf(cnn, base, permutedCnn, permutedBase);
  const comparable = blocks
    .filter((block) => haveCommonSeed([cnn, base, block.cnn, block.base]))
    .sort((a, b) => a.block - b.block);
  return {
    verdict: signOf(lost),
    reading:
      `The permutation costs ${cnn.label} ${formatContrast(difference(cnn, permutedCnn))} and the baseline ` +
      `${formatContrast(difference(base, permutedBase))}; the difference is ${formatContrast(lost)} ${unit(lost)}.` +
      blocksTold(pair, comparable),
    contrasts: { 'cost to the CNN − cost to the baseline': lost },
    results: [
      cnn,
      base,
      permutedCnn,
      permutedBase,
      ...comparable.flatMap((block) => [block.cnn, block.base]),
    ],
  };
}

function blocksTold({ cnn, base }: PermutationPair, blocks: readonly BlockResult[]): string {
  if (blocks.length === 0) return '';
  const costs = blocks.map((block) => ({
    side: block.block,
    cost: lossOf(cnn, base, block.cnn, block.base),
  }));
  const told = costs.map(({ side, cost }) => `${side} × ${side}: ${formatContrast(cost)}`).join('; ');
  const grows = costs.every(({ cost }, i) => i === 0 || cost.estimate > costs[i - 1]!.cost.estimate);
  const word =
    blocks.length === 1 ? '' : grows ? ': it grows with the block' : ': it does not grow with every step';
  return ` Permuted only inside blocks, that difference is ${told}${word}.`;
}
