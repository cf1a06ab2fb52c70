import { allOf, anyOf, formatContrast } from '../analysis/index.js';
import { type Claim, missing } from './claim.js';
import { COMPARED } from './networks.js';
import { costTerms, permutedBy, resultsOf, WHOLE_IMAGE } from './permutation.js';
import { basisOf } from './reading.js';
import { rule } from './rule.js';

export const C6: Claim = {
  id: 'C6',
  statement: 'The advantage is architectural, not one of budget or optimizer.',
  rule: rule(
    2,
    'CNN − baseline under one protocol, test accuracy, is above 0, and smaller once all pixels are permuted; refuted if one of ' +
      'the two is below 0.',
  ),
  needs: { experiments: ['filterSweep', 'permutation'], measurements: [] },
  judge(context) {
    const permuted = permutedBy(context, WHOLE_IMAGE, context.profile.images);
    if (!permuted) return missing(COMPARED);
    const { cnn, baseline, permutedCnn, permutedBaseline } = permuted;
    const { difference, contrast } = context.compare;
    const [before, after] = [difference(cnn, baseline), difference(permutedCnn, permutedBaseline)];
    const lost = contrast(costTerms(permuted));
    const lead = `${cnn.condition.model} − baseline`;
    return {
      support: allOf([before.p.above, lost.p.above]),
      against: anyOf([before.p.below, lost.p.below]),
      reading:
        `${lead}: ${formatContrast(before)} with the images as they are, ${formatContrast(after)} with their pixels permuted; the ` +
        `former minus the latter: ${formatContrast(lost)} ${basisOf(before, lost)}. Optimizer, epochs and images are the same throughout.`,
      contrasts: { [lead]: before, 'lost by the permutation': lost },
      context: { [`${lead}, pixels permuted`]: after },
      results: resultsOf(permuted),
    };
  },
};
