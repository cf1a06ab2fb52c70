import { type Contrast, formatContrast } from '../analysis/index.js';
import { type Claim, everyAbove, missing } from './claim.js';
import { COMPARED, incompleteReading } from './networks.js';
import { allPermuted, costTerms, resultsOf } from './permutation.js';
import { basisOf, imagesOf } from './reading.js';
import { rule } from './rule.js';

export const C6: Claim = {
  id: 'C6',
  statement: 'The advantage is architectural, not one of budget or optimizer.',
  rule: rule(
    2,
    'CNN − baseline, test accuracy, is above 0, and smaller once all pixels are permuted, for the baseline under the same protocol ' +
      'and at the learning rate that dense networks want; refuted if any of these differences is below 0.',
    'The low rate is new.',
  ),
  needs: { experiments: ['permutation'], measurements: [] },
  judge(context) {
    const permuted = allPermuted(context);
    if (!permuted) return missing(COMPARED);
    const { cases, complete } = permuted;
    const { difference, contrast } = context.compare;
    const compared = cases.map((each) => ({
      lead: `${each.cnn.condition.model} − baseline${each.suffix}`,
      suffix: each.suffix,
      before: difference(each.cnn, each.baseline),
      after: difference(each.permutedCnn, each.permutedBaseline),
      lost: contrast(costTerms(each)),
    }));
    const contrasts: Record<string, Contrast> = Object.fromEntries(
      compared.flatMap(({ lead, suffix, before, lost }) => [
        [lead, before],
        [`lost by the permutation${suffix}`, lost],
      ]),
    );
    const shown = compared.map(
      ({ lead, before, after, lost }) =>
        `${lead}: ${formatContrast(before)} with the images as they are, ${formatContrast(after)} with their pixels permuted; the ` +
        `former minus the latter: ${formatContrast(lost)}`,
    );
    return {
      ...everyAbove(contrasts, complete),
      reading:
        `On ${imagesOf(cases[0].cnn)}: ${shown.join('. ')} ${basisOf(...Object.values(contrasts))}. Epochs and images are the same throughout.` +
        incompleteReading(complete),
      context: Object.fromEntries(compared.map(({ lead, after }) => [`${lead}, pixels permuted`, after])),
      results: cases.flatMap(resultsOf),
    };
  },
};
