import { mapVolumes } from '../models/index.js';
import { type Finding, missing } from './finding.js';
import type { EquivarianceExtremes } from './translation.js';

/** Rounding of float32 stays below this, as a relative error of a few layers. */
const ROUNDING = 1e-4;

/** C10. */
export function equivariant(
  equivariance: (EquivarianceExtremes & { readonly record: string }) | undefined,
): Finding {
  if (!equivariance) return missing('equivariance measurements');
  const { beforePooling, afterPoolingEven, afterPoolingOdd, record } = equivariance;
  const follows = Math.max(beforePooling, afterPoolingEven) < ROUNDING;
  const relative = (error: number) => (error === 0 ? '0' : error.toExponential(1));
  return {
    // Where odd shifts change nothing either, the features may be as flat as those of a network that learned nothing.
    verdict: follows ? (afterPoolingOdd > ROUNDING ? 'supported' : 'undecided') : 'refuted',
    reading:
      `Relative error away from borders: at most ${relative(beforePooling)} before pooling; after it at most ` +
      `${relative(afterPoolingEven)} for shifts by whole windows and at least ${relative(afterPoolingOdd)} for odd ones.`,
    records: [record],
  };
}

/** C13. */
export function volumes(): Finding {
  const values = mapVolumes().map(({ value }) => value);
  const constant = Math.max(...values) / Math.min(...values) < 1.5;
  const told = values.map((value) => value.toLocaleString('en-US')).join(' → ');
  return {
    verdict: constant ? 'supported' : 'refuted',
    reading: `Values per image, stage by stage in \`big\`: ${told}.`,
  };
}
