import type { Contrast } from '../contrast.js';
import type { LabelResult } from '../results.js';

export type Verdict = 'supported' | 'refuted' | 'undecided' | 'no records';

/** What a test of a claim came to. */
export interface Finding {
  readonly verdict: Verdict;
  /** The numbers, as a sentence; Markdown. */
  readonly reading: string;
  /** What the verdict was read from, where it was read from trainings, by what is compared: "medium − small". */
  readonly contrasts?: Readonly<Record<string, Contrast>>;
  readonly results?: readonly LabelResult[];
  /** Keys of records, where they are not those of the results. */
  readonly records?: readonly string[];
}

export const missing = (what: string): Finding => ({
  verdict: 'no records',
  reading: `Not decided: ${what} have no records in this profile.`,
});

/** Sums of accuracies that are equal come this near to 0, not always to 0. */
const TIE = 1e-9;

/** Supported, refuted or undecided, by where the interval lies. */
export const signOf = ({ low, high }: Contrast): Verdict =>
  low > TIE ? 'supported' : high < -TIE ? 'refuted' : 'undecided';

/**
 * All must hold; one that fails refutes. With k intervals of 95 % the chance of a wrong "supported" stays below 2.5 %,
 * that of a wrong "refuted" below k times as much.
 */
export function conjunction(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('refuted')) return 'refuted';
  return verdicts.every((verdict) => verdict === 'supported') ? 'supported' : 'undecided';
}

/** What the intervals are over; of several contrasts, what the least sure one is over. */
export function unit(...contrasts: readonly Contrast[]): string {
  const { seeds, interval } = contrasts.reduce((least, other) => (other.seeds < least.seeds ? other : least));
  return interval === 'seeds'
    ? `(${seeds} seeds, interval over seeds)`
    : '(one seed, interval over images only)';
}

/** 0.471 as "47.1 %". */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
