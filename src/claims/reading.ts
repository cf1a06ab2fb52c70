import type { ConditionResult, Contrast, Part } from '../analysis/index.js';
import { formatCount } from '../base/format.js';

export { formatPercent as percent } from '../base/format.js';

/** "2,500 images" */
export const imagesOf = ({ images }: Pick<ConditionResult, 'images'>): string =>
  `${formatCount(images)} images`;

/** Follows a reading: "(3 seeds; 95 % intervals over seeds and images)". */
export const basisOf = (...contrasts: readonly Contrast[]): string => `(${basisInWords(...contrasts)})`;

/** What the intervals of contrasts cover; where one has a single seed, that of the weakest. */
export function basisInWords(...contrasts: readonly Contrast[]): string {
  const weakest = contrasts.reduce((a, b) => (b.bySeed.length < a.bySeed.length ? b : a));
  const { length: seeds } = weakest.bySeed;
  const most = Math.max(...contrasts.map(({ bySeed }) => bySeed.length));
  if (seeds > 1)
    return `${most > seeds ? `${seeds} to ${most}` : seeds} seeds; 95 % intervals over seeds and images`;
  const variance = weakest.parts
    .filter(({ of }) => of === 'seeds')
    .reduce((sum, part) => sum + part.variance, 0);
  const deviation = `${(100 * Math.sqrt(variance)).toFixed(1)} points`;
  return `one seed; 95 % intervals over images and a deviation between seeds of ${deviation}, ${SOURCES[weakest.spread]}`;
}

const SOURCES = {
  measured: 'from comparable runs',
  recorded: 'from recorded runs',
  assumed: 'which is assumed',
} as const;

/**
 * What train accuracy is held against in a generalization gap: validation accuracy, as in the original study; where early
 * stopping chose the weights by it, test accuracy, which chose nothing.
 */
export const gapAgainst = (results: readonly ConditionResult[]): Part =>
  results.some(({ condition }) => condition.patience !== null) ? 'test' : 'validation';

/** "gap (train − validation)" */
export const gapName = (against: Part): string => `gap (train − ${against})`;
