import { formatContrast, formatPoints } from '../analysis/index.js';
import { PUBLISHED } from '../study/index.js';
import { type Claim, missing } from './claim.js';
import { COMPARED, sweep, together } from './networks.js';
import { basisOf } from './reading.js';
import { rule } from './rule.js';

export const C4: Claim = {
  id: 'C4',
  statement: 'Even `small` beats the dense baseline, with 118 times fewer parameters.',
  rule: rule(
    2,
    'small − baseline, test accuracy, is above 0.',
    'Both are runs of the filter sweep, which now trains on all images.',
  ),
  needs: { experiments: ['filterSweep', 'replicationSweep'], measurements: [] },
  judge(context) {
    const results = together(sweep(context, 'small'), sweep(context, 'baseline'));
    if (!results) return missing(COMPARED);
    const [small, baseline] = results;
    const lead = context.compare.difference(small, baseline);
    const gain = PUBLISHED.small.testAccuracy - PUBLISHED.baseline.testAccuracy;
    const published = context.cifar10 ? ` Published: ${formatPoints(gain)} points.` : '';
    return {
      support: lead.p.above,
      against: lead.p.below,
      reading:
        `small − baseline: ${formatContrast(lead)} with ${(baseline.parameters / small.parameters).toFixed(0)} times fewer ` +
        `parameters ${basisOf(lead)}.${published}`,
      contrasts: { 'small − baseline': lead },
      results,
    };
  },
};
