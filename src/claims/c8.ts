import {
  type ConditionResult,
  type Contrast,
  commonSeeds,
  formatContrast,
  overSeeds,
} from '../analysis/index.js';
import { IMAGE_SIDE } from '../data/index.js';
import { type Claim, type Context, everyAbove, missing } from './claim.js';
import { COMPARED, incompleteReading } from './networks.js';
import { allPermuted, costTerms, type Permuted, permutedBy, resultsOf } from './permutation.js';
import { basisOf, imagesOf } from './reading.js';
import { rule } from './rule.js';

export const C8: Claim = {
  id: 'C8',
  statement: 'Nearby pixels carry related information, and the CNN uses it.',
  rule: rule(
    2,
    'What a permutation of all pixels costs the CNN minus what it costs the baseline, test accuracy, is above 0, for the baseline ' +
      'under the same protocol and at the learning rate that dense networks want; refuted if one is below 0.',
    'The low rate is new; each seed has a permutation of its own, and permutations inside blocks are compared on equal images.',
  ),
  needs: { experiments: ['filterSweep', 'permutation', 'blockPermutation'], measurements: [] },
  judge(context) {
    const permuted = allPermuted(context);
    if (!permuted) return missing(COMPARED);
    const { cases, complete } = permuted;
    const { difference, contrast } = context.compare;
    const [{ cnn, permutedCnn }] = cases;
    const { model } = cnn.condition;
    const toCnn = difference(cnn, permutedCnn);
    const costs = cases.map((each) => ({
      name: `the baseline${each.suffix}`,
      cost: difference(each.baseline, each.permutedBaseline),
      extra: contrast(costTerms(each)),
    }));
    const extras = costs.map(({ extra }) => extra);
    const contrasts = Object.fromEntries(
      costs.map(({ name, extra }) => [`cost to ${model} − cost to ${name}`, extra]),
    );
    const blocks = blocksOf(context, cases[0]);
    const shown = costs.map(
      ({ name, cost, extra }) => `${name} ${formatContrast(cost)}, a difference of ${formatContrast(extra)}`,
    );
    return {
      ...everyAbove(contrasts, complete),
      reading:
        `The permutation costs ${model} ${formatContrast(toCnn)}; ${shown.join('; ')} ${basisOf(...extras)}.` +
        `${readingOf(blocks)}${incompleteReading(complete)}`,
      context: {
        [`cost to ${model}`]: toCnn,
        ...Object.fromEntries(costs.map(({ name, cost }) => [`cost to ${name}`, cost])),
        ...Object.fromEntries(
          blocks.map(({ side, cost }) => [`the difference inside blocks of ${side} × ${side}`, cost]),
        ),
      },
      results: [...cases.flatMap(resultsOf), ...blocks.flatMap(({ results }) => results)],
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
  return [...sides, IMAGE_SIDE].flatMap((side) => {
    const permuted = permutedBy(context, side, images);
    const results = permuted ? resultsOf(permuted) : [];
    const complete = results.length > 0 && seeds.every((seed) => commonSeeds(results).includes(seed));
    if (!permuted || !complete) return [];
    const over = (result: ConditionResult) => overSeeds(result, seeds);
    const overSame: Permuted = {
      ...permuted,
      cnn: over(permuted.cnn),
      baseline: over(permuted.baseline),
      permutedCnn: over(permuted.permutedCnn),
      permutedBaseline: over(permuted.permutedBaseline),
    };
    return [{ side, cost: context.compare.contrast(costTerms(overSame)), results: resultsOf(overSame) }];
  });
}

function readingOf(blocks: readonly BlockCost[]): string {
  if (blocks.length === 0) return '';
  const shown = blocks.map(({ side, cost }) => `${side} × ${side}: ${formatContrast(cost)}`).join('; ');
  return ` Permuted inside blocks, trained on ${imagesOf(blocks[0]!.results[0]!)}, the difference by side is ${shown}.`;
}
