import { type ConditionResult, formatContrast, term } from '../analysis/index.js';
import { type Claim, type Context, everyAbove, missing, type TestedFinding } from './claim.js';
import { COMPARED, sweep, together } from './networks.js';
import { basisOf } from './reading.js';
import { rule } from './rule.js';

export const C2: Claim = {
  id: 'C2',
  statement: 'Returns diminish: the step small → medium brings more than big → extra_big.',
  rule: rule(
    3,
    '(medium − small) − (extra_big − big), test accuracy, is above 0. Where `extra_big` has no runs, medium → big stands for the ' +
      'last step, and the claim is at most indicated.',
    'The widths that were trained say something without the one that was not.',
  ),
  needs: { experiments: ['filterSweep', 'replicationSweep'], measurements: [] },
  judge(context) {
    const at = (name: Parameters<typeof sweep>[1]) => sweep(context, name);
    const whole = together(at('small'), at('medium'), at('big'), at('extra_big'));
    if (whole) return stepsCompared(context, whole, [whole[2], whole[3]]);
    const part = together(at('small'), at('medium'), at('big'));
    if (!part) return missing(COMPARED);
    const { reading, ...finding } = stepsCompared(context, part, [part[1], part[2]]);
    return {
      ...finding,
      partial: true,
      seedsDecide: false,
      reading: `${reading} \`extra_big\` has no finished runs.`,
    };
  },
};

/** Whether the step small → medium brings more than the last one. */
function stepsCompared(
  { compare: { difference, contrast } }: Context,
  results: readonly [ConditionResult, ConditionResult, ...ConditionResult[]],
  [narrower, wider]: readonly [ConditionResult, ConditionResult],
): TestedFinding {
  const [small, medium] = results;
  const [first, last] = [difference(medium, small), difference(wider, narrower)];
  const both = contrast([term(medium, 1), term(small, -1), term(wider, -1), term(narrower, 1)]);
  const step = `${narrower.condition.model} → ${wider.condition.model}`;
  const ratio = (a: ConditionResult, b: ConditionResult) => (a.parameters / b.parameters).toFixed(2);
  return {
    ...everyAbove({ 'first step − last step': both }),
    reading:
      `small → medium ${formatContrast(first)} for ${ratio(medium, small)} times the parameters, ${step} ` +
      `${formatContrast(last)} for ${ratio(wider, narrower)} times; the first step minus the last: ${formatContrast(both)} ${basisOf(both)}.`,
    context: { 'small → medium': first, [step]: last },
    results,
  };
}
