import { holm } from '../analysis/index.js';
import type { Finding, SettledFinding, TestedFinding } from './claim.js';

/**
 * `indicated` and `indicated against`: the numbers say so, but rest on one seed, which neither supports nor refutes. `indicated`
 * is also what holds of the part of a claim that has runs, while others are missing.
 */
export const VERDICTS = [
  'supported',
  'refuted',
  'indicated',
  'indicated against',
  'undecided',
  'no records',
  'not applicable',
] as const;
/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/** Chance of a wrong verdict on any claim of a ledger. */
export const LEVEL = 0.05;

/** What a ledger makes of a finding. */
export interface Decision {
  readonly verdict: Verdict;
  /** What the verdict would be if the claim stood alone, not corrected for the number of claims. */
  readonly alone: Verdict;
  /** Two-sided p-value of the claim, and the same after Holm's correction; null where no p-values decide. */
  readonly p: number | null;
  readonly adjusted: number | null;
}

export const isSettled = (finding: Finding): finding is SettledFinding => 'settled' in finding;

/** Seeds behind the weakest of the contrasts that decide. */
export const seedsOf = ({ contrasts }: TestedFinding): number =>
  Math.min(...Object.values(contrasts).map(({ bySeed }) => bySeed.length));

/**
 * Decides all findings of a ledger. The claim of each is tested in both directions at half the level, and the family of those
 * that p-values decide is corrected by Holm's method: the chance of even one wrong verdict in a ledger stays at 5 %. What
 * arithmetic settles is no part of the family.
 */
export function decide(findings: readonly Finding[]): Decision[] {
  const tested = findings.filter((finding): finding is TestedFinding => !isSettled(finding));
  const ps = tested.map(twoSided);
  const adjusted = holm(ps);
  return findings.map((finding) => {
    if (isSettled(finding))
      return { verdict: finding.settled, alone: finding.settled, p: null, adjusted: null };
    const i = tested.indexOf(finding);
    return {
      verdict: verdictAt(finding, adjusted[i]!),
      alone: verdictAt(finding, ps[i]!),
      p: ps[i]!,
      adjusted: adjusted[i]!,
    };
  });
}

const twoSided = ({ support, against }: TestedFinding): number => Math.min(1, 2 * Math.min(support, against));

function verdictAt(finding: TestedFinding, p: number): Verdict {
  if (p > LEVEL) return 'undecided';
  const holds = finding.support < finding.against;
  if (holds && finding.partial) return 'indicated';
  if (seedsOf(finding) < 2) return holds ? 'indicated' : 'indicated against';
  return holds ? 'supported' : 'refuted';
}

/** 1 for a claim that holds or seems to, -1 for one that does not, 0 between; null where nothing was judged. */
export function directionOf(verdict: Verdict): 1 | 0 | -1 | null {
  switch (verdict) {
    case 'supported':
    case 'indicated':
      return 1;
    case 'refuted':
    case 'indicated against':
      return -1;
    case 'undecided':
      return 0;
    default:
      return null;
  }
}
