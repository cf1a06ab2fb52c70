/**
 * The claims of the original study, one file each: statement, rule, needs and judgement together. They read results by
 * condition and what the lab measured; they train nothing and run no network.
 */

export { formatRelative, ROUNDING } from './c10.js';
export { isAboutConstant } from './c13.js';
export type {
  Claim,
  Context,
  Finding,
  Measured,
  Needs,
  Rule,
  SettledFinding,
  TestedFinding,
} from './claim.js';
export { type CollectOptions, collectEvidence, evidenceBeside, recordedEvidence } from './collect.js';
export type {
  Evidence,
  MeasuredEquivariance,
  MeasuredFilters,
  MeasurementName,
  RunMeasurements,
} from './evidence.js';
export { type Judgement, judgeClaims } from './judge.js';
export { CLAIMS } from './ledger.js';
export {
  aboveChance,
  type EquivarianceOver,
  equivarianceOf,
  equivarianceOver,
  filtersOf,
  pruningDifference,
  pruningLoss,
  pruningMargin,
} from './measured.js';
export { basisInWords, basisOf, gapAgainst, gapName, imagesOf } from './reading.js';
export { directionOf, VERDICTS, type Verdict } from './verdict.js';
