import type { Rule } from './claim.js';

/** Why all rules that are decided by intervals changed at once. */
const INTERVALS =
  'Intervals cover seeds and images, one seed neither supports nor refutes, and verdicts are corrected for the number of claims.';

/** A rule, by default of the day on which intervals came to cover seeds and images; `why` says what else changed. */
export const rule = (version: number, text: string, why = '', changed = '2026-11-25'): Rule => ({
  text,
  version,
  changed,
  why: why ? `${INTERVALS} ${why}` : INTERVALS,
});
