import type { Part } from '../analysis/index.js';
import type { Claim } from './claim.js';
import { type Quantity, risesWithWidth } from './monotone.js';
import { widthsOf } from './networks.js';
import { gapAgainst, gapName } from './reading.js';
import { rule } from './rule.js';

export const C3: Claim = {
  id: 'C3',
  statement: 'The generalization gap grows with width.',
  rule: rule(
    3,
    'Train minus validation accuracy (train minus test where early stopping chose the weights by validation) of each of four ' +
      'widths minus the next narrower one: supported if all are above 0, refuted if one is below. Of the widths that have runs, ' +
      'where one has none, it is at most indicated.',
    'Validation accuracy that chose the weights is too good to measure a gap by. The widths that were trained say something ' +
      'without the one that was not.',
  ),
  needs: { experiments: ['filterSweep', 'replicationSweep'], measurements: [] },
  judge(context) {
    const widths = widthsOf(context);
    const gap = (against: Part): Quantity => ({
      name: gapName(against),
      change: (wider, narrower) => context.compare.gapDifference(wider, narrower, against),
    });
    const against = gapAgainst(widths);
    return risesWithWidth(widths, gap(against), gap(against === 'test' ? 'validation' : 'test'));
  },
};
