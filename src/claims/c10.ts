import { formatContrast, measuredContrast } from '../analysis/index.js';
import { type Claim, everyAbove, missing } from './claim.js';
import { sweep } from './networks.js';
import { basisOf, percent } from './reading.js';
import { rule } from './rule.js';

/** Rounding of float32 stays below this, as a relative error of a few layers. */
export const ROUNDING = 1e-4;

/**
 * Standard deviation between seeds of the change that pooling saves, where one seed was measured: five points of relative
 * change, a tenth of the change itself before pooling.
 */
export const CHANGE_DEVIATION = 0.05;

export const C10: Claim = {
  id: 'C10',
  statement:
    'Convolution is equivariant to translation; max-pooling gives limited invariance within its window.',
  rule: rule(
    3,
    'Relative error of the features away from borders: rounding before pooling and for shifts by whole strides after it, or the ' +
      'claim is refuted; and a shift by one pixel changes the features in place less after the first pooling than before, over ' +
      'images and seeds.',
    'The comparison of changes in place has an interval.',
  ),
  needs: { experiments: ['filterSweep'], measurements: ['equivariance'] },
  judge(context) {
    const result = sweep(context, context.profile.referenceCnn);
    const measured = result ? context.measured(result, 'equivariance') : [];
    if (!result || measured.length === 0) return missing('equivariance measurements');
    const values = measured.map(({ value }) => value);
    const largest = (pick: (value: (typeof values)[number]) => number) => Math.max(...values.map(pick));
    const [before, whole] = [largest((v) => v.beforePooling), largest((v) => v.wholeStrides)];
    const part = Math.min(...values.map((v) => v.otherShifts));
    const errors =
      `Relative error away from borders: at most ${relative(before)} before pooling; after it at most ${relative(whole)} for ` +
      `shifts by whole strides and at least ${relative(part)} for others.`;
    const basis = { reading: errors, records: measured.map(({ record }) => record) };
    if (Math.max(before, whole) >= ROUNDING) return { settled: 'refuted', ...basis };
    // Where no shift changes anything, the features may be as flat as those of a network that learned nothing.
    if (part <= ROUNDING)
      return {
        settled: 'undecided',
        ...basis,
        reading: `${errors} Features that no shift changes show nothing.`,
      };
    const saved = measuredContrast(
      measured.map(({ seed, value }) => ({ seed, ...value.changeReduction })),
      { assumedDeviation: CHANGE_DEVIATION, answers: 0 },
    );
    const meanOf = (pick: (value: (typeof values)[number]) => number) =>
      percent(values.reduce((sum, value) => sum + pick(value), 0) / values.length);
    return {
      ...everyAbove({ 'change before pooling − after it': saved }),
      ...basis,
      reading:
        `${errors} A shift by one pixel changes the features in place by ${meanOf((v) => v.changeBefore)} before the first pooling ` +
        `and by ${meanOf((v) => v.changeAfter)} after it; the former minus the latter: ${formatContrast(saved)} ${basisOf(saved)}.`,
      results: [result],
    };
  },
};

const relative = (error: number): string => (error === 0 ? '0' : error.toExponential(1));
