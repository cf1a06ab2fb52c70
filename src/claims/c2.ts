import { type ConditionResult, formatContrast, term } from '../analysis/index.js';
import { type Claim, everyAbove, missing } from './claim.js';
import { COMPARED, sweep, together } from './networks.js';
import { basisOf } from './reading.js';
import { rule } from './rule.js';

export const C2: Claim = {
  id: 'C2',
  statement: 'Returns diminish: the step small → medium brings more than big → extra_big.',
  rule: rule(2, '(medium − small) − (extra_big − big), test accuracy, is above 0.'),
  needs: { experiments: ['filterSweep', 'replicationSweep'], measurements: [] },
  judge(context) {
    const at = (name: Parameters<typeof sweep>[1]) => sweep(context, name);
    const results = together(at('small'), at('medium'), at('big'), at('extra_big'));
    if (!results) return missing(COMPARED);
    const [small, medium, big, widest] = results;
    const { difference, contrast } = context.compare;
    const [first, last] = [difference(medium, small), difference(widest, big)];
    const both = contrast([term(medium, 1), term(small, -1), term(widest, -1), term(big, 1)]);
    const ratio = (a: ConditionResult, b: ConditionResult) => (a.parameters / b.parameters).toFixed(2);
    return {
      ...everyAbove({ 'first step − last step': both }),
      reading:
        `small → medium ${formatContrast(first)} for ${ratio(medium, small)} times the parameters, big → extra_big ` +
        `${formatContrast(last)} for ${ratio(widest, big)} times; the first step minus the last: ${formatContrast(both)} ${basisOf(both)}.`,
      context: { 'small → medium': first, 'big → extra_big': last },
      results,
    };
  },
};
