import { formatContrast } from '../contrast.js';
import type { LabelResult } from '../results.js';
import { type Finding, percent, signOf, unit } from './finding.js';
import { difference, gapDifference } from './label-contrasts.js';

/** C14. The two networks differ in the head only; the flattened one has the more weights for it. */
export function poolingRegularizes(pooled: LabelResult, flat: LabelResult): Finding {
  const gap = gapDifference(flat, pooled);
  const told = ({ parameters, trainAccuracy, testAccuracy }: LabelResult) =>
    `${parameters.toLocaleString('en-US')} parameters, train ${percent(trainAccuracy.mean)}, test ${percent(testAccuracy.mean)}`;
  return {
    verdict: signOf(gap),
    reading:
      `Flattened head − pooled head of ${pooled.label}: gap ${formatContrast(gap)}, test accuracy ` +
      `${formatContrast(difference(flat, pooled))} ${unit(gap)}; flattened: ${told(flat)}; pooled: ${told(pooled)}.`,
    contrasts: { 'gap flattened − gap pooled': gap },
  };
}
