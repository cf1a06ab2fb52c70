import {
  type ConditionResult,
  type Contrast,
  commonSeeds,
  formatContrast,
  overSeeds,
} from '../analysis/index.js';
import { type Claim, type Context, missing } from './claim.js';
import { COMPARED } from './networks.js';
import { costTerms, type Permuted, permutedBy, resultsOf, WHOLE_IMAGE } from './permutation.js';
import { basisOf, imagesOf } from './reading.js';
import { rule } from './rule.js';

export const C8: Claim = {
  id: 'C8',
  statement: 'Nearby pixels carry related information, and the CNN uses it.',
  rule: rule(
    2,
    'What a permutation of all pixels costs the CNN minus what it costs the baseline, test accuracy, is above 0.',
    'Each seed has a permutation of its own, and permutations inside blocks are compared on equal images.',
  ),
  needs: { experiments: ['filterSweep', 'permutation', 'blockPermutation'], measurements: [] },
  judge(context) {
    const permuted = permutedBy(context, WHOLE_IMAGE, context.profile.images);
    if (!permuted) return missing(COMPARED);
    const { difference, contrast } = context.compare;
    const { cnn, baseline, permutedCnn, permutedBaseline } = permuted;
    const extra = contrast(costTerms(permuted));
    const [toCnn, toBaseline] = [difference(cnn, permutedCnn), difference(baseline, permutedBaseline)];
    const blocks = blocksOf(context, permuted);
    const { model } = cnn.condition;
    return {
      support: extra.p.above,
      against: extra.p.below,
      reading:
        `The permutation costs ${model} ${formatContrast(toCnn)} and the baseline ${formatContrast(toBaseline)}; the difference is ` +
        `${formatContrast(extra)} ${basisOf(extra)}.${readingOf(blocks)}`,
      contrasts: { [`cost to ${model} − cost to the baseline`]: extra },
      context: {
        [`cost to ${model}`]: toCnn,
        'cost to the baseline': toBaseline,
        ...Object.fromEntries(
          blocks.map(({ side, cost }) => [`the difference inside blocks of ${side} × ${side}`, cost]),
        ),
      },
      results: [...resultsOf(permuted), ...blocks.flatMap(({ results }) => results)],
    };
  },
};

/** The same difference where pixels are permuted inside blocks only. */
interface BlockCost {
  readonly side: number;
  readonly cost: Contrast;
  readonly results: readonly ConditionResult[];
}

/** Of all blocks on equal images, over the seeds that the whole comparison has: one sentence is about one set of runs. */
function blocksOf(context: Context, whole: Permuted): BlockCost[] {
  const { sides, images } = context.profile.blocks;
  const seeds = commonSeeds(resultsOf(whole));
  return [...sides, WHOLE_IMAGE].flatMap((side) => {
    const permuted = permutedBy(context, side, images);
    const results = permuted ? resultsOf(permuted) : [];
    const complete = results.length > 0 && seeds.every((seed) => commonSeeds(results).includes(seed));
    if (!permuted || !complete) return [];
    const overSame = Object.fromEntries(
      Object.entries(permuted).map(([name, result]: [string, ConditionResult]) => [
        name,
        overSeeds(result, seeds),
      ]),
    ) as unknown as Permuted;
    return [{ side, cost: context.compare.contrast(costTerms(overSame)), results: resultsOf(overSame) }];
  });
}

function readingOf(blocks: readonly BlockCost[]): string {
  if (blocks.length === 0) return '';
  const shown = blocks.map(({ side, cost }) => `${side} × ${side}: ${formatContrast(cost)}`).join('; ');
  return ` Permuted inside blocks, trained on ${imagesOf(blocks[0]!.results[0]!)}, the difference by side is ${shown}.`;
}
