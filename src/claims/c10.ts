import { formatContrast } from '../analysis/index.js';
import { type Claim, everyAbove, missing } from './claim.js';
import { equivarianceOver } from './measured.js';
import { sweep } from './networks.js';
import { basisOf, percent } from './reading.js';
import { rule } from './rule.js';

/** Rounding of float32 stays below this, as a relative error of a few layers. */
export const ROUNDING = 1e-4;

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
    const { model } = result.condition;
    const { beforePooling, wholeStrides, otherShifts, changeBefore, changeAfter, saved } =
      equivarianceOver(measured);
    const errors =
      `Features of \`${model}\`, relative error away from borders: at most ${formatRelative(beforePooling)} before pooling; after it at most ` +
      `${formatRelative(wholeStrides)} for shifts by whole strides and at least ${formatRelative(otherShifts)} for others.`;
    const basis = { reading: errors, records: measured.map(({ record }) => record) };
    if (Math.max(beforePooling, wholeStrides) >= ROUNDING) return { settled: 'refuted', ...basis };
    // Where no shift changes anything, the features may be as flat as those of a network that learned nothing.
    if (otherShifts <= ROUNDING)
      return {
        settled: 'undecided',
        ...basis,
        reading: `${errors} Features that no shift changes show nothing.`,
      };
    return {
      ...everyAbove({ 'change before pooling − after it': saved }),
      ...basis,
      reading:
        `${errors} A shift by one pixel changes the features in place by ${percent(changeBefore)} before the first pooling ` +
        `and by ${percent(changeAfter)} after it; the former minus the latter: ${formatContrast(saved)} ${basisOf(saved)}.`,
      results: [result],
    };
  },
};

/** A relative error: "0" for exact, otherwise "2.1e-7". */
export const formatRelative = (error: number): string => (error === 0 ? '0' : error.toExponential(1));
