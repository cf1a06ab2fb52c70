import type { Claim } from './claim.js';
import { risesWithWidth } from './monotone.js';
import { widthsOf } from './networks.js';
import { rule } from './rule.js';

export const C1: Claim = {
  id: 'C1',
  statement: 'Accuracy rises monotonically with the number of filters.',
  rule: rule(
    3,
    'Test accuracy of each of four widths minus the next narrower one: supported if all are above 0, refuted if one is below. ' +
      'Of the widths that have runs, where one has none, it is at most indicated.',
    'The widths that were trained say something without the one that was not.',
  ),
  needs: { experiments: ['filterSweep', 'replicationSweep'], measurements: [] },
  judge: (context) =>
    risesWithWidth(widthsOf(context), {
      name: 'test accuracy',
      change: (wider, narrower) => context.compare.difference(wider, narrower),
    }),
};
