import { type Contrast, formatContrast, formatPoints, unvaried } from '../analysis/index.js';
import { PUBLISHED } from '../study/index.js';
import { type Claim, everyAbove, missing } from './claim.js';
import { COMPARED, incompleteReading, sweep, withRivals } from './networks.js';
import { basisOf } from './reading.js';
import { rule } from './rule.js';

export const C4: Claim = {
  id: 'C4',
  statement: 'Even `small` beats the dense baseline, with 118 times fewer parameters.',
  rule: rule(
    2,
    '`small` minus the baseline, test accuracy, both under one protocol, and minus the baseline at the learning rate that dense ' +
      'networks want: supported if both are above 0, refuted if one is below.',
    'Both are runs of the filter sweep, which now trains on all images; the low rate is new.',
  ),
  needs: { experiments: ['filterSweep', 'baselineSettings', 'replicationSweep'], measurements: [] },
  judge(context) {
    const query = { ...unvaried('baseline'), images: context.profile.images };
    const compared = withRivals(context, query, sweep(context, 'small'));
    if (!compared) return missing(COMPARED);
    const { results, rivals, complete } = compared;
    const [small] = results;
    const contrasts: Record<string, Contrast> = Object.fromEntries(
      rivals.map(({ result, suffix }) => [
        `small − baseline${suffix}`,
        context.compare.difference(small, result),
      ]),
    );
    const leads = Object.entries(contrasts);
    const ratio = rivals[0].result.parameters / small.parameters;
    const gain = PUBLISHED.small.testAccuracy - PUBLISHED.baseline.testAccuracy;
    const published = context.cifar10 ? ` Published: ${formatPoints(gain)} points.` : '';
    return {
      ...everyAbove(contrasts, complete),
      reading:
        `${leads.map(([name, lead]) => `${name}: ${formatContrast(lead)}`).join('; ')} with ${ratio.toFixed(0)} times fewer ` +
        `parameters ${basisOf(...Object.values(contrasts))}.${published}${incompleteReading(complete)}`,
      results: [small, ...rivals.map(({ result }) => result)],
    };
  },
};
