import { type ConditionResult, formatContrast, unvaried } from '../analysis/index.js';
import { formatCount } from '../base/format.js';
import { type Claim, everyAbove, missing } from './claim.js';
import { COMPARED, together } from './networks.js';
import { basisOf, gapAgainst, gapName, percent } from './reading.js';
import { rule } from './rule.js';

export const C14: Claim = {
  id: 'C14',
  statement: 'Global average pooling reduces overfitting against flatten.',
  rule: rule(
    2,
    'The gap with a flattened head minus that with a pooled one is above 0: train minus validation accuracy, or minus test where ' +
      'early stopping chose the weights by validation.',
    'Test accuracy is shown next to it: a gap alone does not say which network to prefer.',
  ),
  needs: { experiments: ['heads'], measurements: [] },
  judge(context) {
    const { referenceCnn, heads } = context.profile;
    const pooledHead = { ...unvaried(referenceCnn), images: heads.images };
    const results = together(context.find(pooledHead), context.find({ ...pooledHead, head: 'flattened' }));
    if (!results) return missing(COMPARED);
    const [pooled, flat] = results;
    const against = gapAgainst(results);
    const gap = context.compare.gapDifference(flat, pooled, against);
    const test = context.compare.difference(flat, pooled);
    return {
      ...everyAbove({ 'gap flattened − gap pooled': gap }),
      reading:
        `Flattened head − pooled head of ${pooled.condition.model}: ${gapName(against)} ${formatContrast(gap)}, test accuracy ` +
        `${formatContrast(test)} ${basisOf(gap)}; flattened: ${described(flat)}; pooled: ${described(pooled)}.`,
      context: { 'test accuracy flattened − pooled': test },
      results,
    };
  },
};

const described = ({ parameters, trainAccuracy, testAccuracy }: ConditionResult): string =>
  `${formatCount(parameters)} parameters, train ${percent(trainAccuracy.mean)}, test ${percent(testAccuracy.mean)}`;
