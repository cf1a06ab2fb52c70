import { MODELS, stageVolumes } from '../../models/index.js';
import type { EquivarianceExtremes } from '../translation.js';
import { type Finding, missing, percent } from './finding.js';

/** Rounding of float32 stays below this, as a relative error of a few layers. */
const ROUNDING = 1e-4;

/** C10. */
export function equivariant(
  equivariance: (EquivarianceExtremes & { readonly record: string }) | undefined,
): Finding {
  if (!equivariance) return missing('equivariance measurements');
  const { beforePooling, wholeStrides, otherShifts, changeBefore, changeAfter, record } = equivariance;
  const follows = Math.max(beforePooling, wholeStrides) < ROUNDING;
  const relative = (error: number) => (error === 0 ? '0' : error.toExponential(1));
  const invariant = changeAfter < changeBefore;
  // Where no shift changes anything, the features may be as flat as those of a network that learned nothing.
  const flat = otherShifts <= ROUNDING;
  return {
    verdict: follows && flat ? 'undecided' : follows && invariant ? 'supported' : 'refuted',
    reading:
      `Relative error away from borders: at most ${relative(beforePooling)} before pooling; after it at most ` +
      `${relative(wholeStrides)} for shifts by whole strides and at least ${relative(otherShifts)} for others. A shift ` +
      `by one pixel changes the features in place by ${percent(changeBefore)} before the first pooling and by ` +
      `${percent(changeAfter)} after it: ${invariant ? 'invariance within the window, and a limited one' : 'no invariance within the window'}.`,
    records: [record],
  };
}

/** C13. */
export function volumes(): Finding {
  const values = stageVolumes(MODELS.big);
  const constant = Math.max(...values) / Math.min(...values) < 1.5;
  const told = values.map((value) => value.toLocaleString('en-US')).join(' → ');
  return {
    verdict: constant ? 'supported' : 'refuted',
    reading: `Values per image, stage by stage in \`big\`: ${told}.`,
  };
}
