import type { Contrast } from '../analysis/index.js';
import type { ProtocolName } from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import type { Claim, Finding, Needs, Rule, TestedFinding } from './claim.js';
import { contextOf } from './context.js';
import type { Evidence } from './evidence.js';
import { CLAIMS } from './ledger.js';
import { seedsNeeded } from './seeds-needed.js';
import { type Decision, decide, directionOf, isSettled, LEVEL, seedsOf, type Verdict } from './verdict.js';

/** A claim, judged. */
export interface Judgement {
  /** C1 to C15. */
  readonly id: string;
  /** What is claimed. */
  readonly statement: string;
  /** How it was decided. */
  readonly rule: Rule;
  /** What it is judged by. */
  readonly needs: Needs;
  /** After the correction over the whole ledger. */
  readonly verdict: Verdict;
  /** That the runs were trained under. */
  readonly protocol: ProtocolName;
  /**
   * The same rule, judged by runs under the other protocol. `agrees` says whether both point the same way; null where one of them
   * points nowhere: it is undecided, or has none of the runs it needs.
   */
  readonly other: {
    readonly protocol: ProtocolName;
    readonly verdict: Verdict;
    readonly agrees: boolean | null;
  };
  /** The numbers, as a sentence or two; Markdown. */
  readonly reading: string;
  /** What the verdict was read from, by what is compared; empty where no runs are. Intervals are not corrected. */
  readonly contrasts: Readonly<Record<string, Contrast>>;
  /** What is shown next to it. */
  readonly context: Readonly<Record<string, Contrast>>;
  /** Two-sided p-value of the claim alone, and after Holm's correction over the ledger; null where no p-values decide. */
  readonly p: number | null;
  /** After Holm's correction, 0 to 1. */
  readonly adjustedP: number | null;
  /** That the compared runs have in common; null where none are compared. */
  readonly seeds: number | null;
  /**
   * With which the contrasts that decide would be settled with a power of 80 %, if their values stayed what they are; null where
   * the claim is settled, or where seeds would not settle it.
   */
  readonly seedsNeeded: number | null;
  /** Whether single seeds point in different directions; null with one seed. */
  readonly flips: boolean | null;
  /** Keys of the records it rests on, each once. */
  readonly records: readonly string[];
  /** Keys of runs that diverged, of the conditions that the claim asks for: their seeds are left out. */
  readonly diverged: readonly string[];
  /**
   * How many of the records were still improving when their epochs ended, so that longer training may change the verdict. Only
   * runs with early stopping can be: others are complete by design.
   */
  readonly stillImproving: number;
}

const OTHER: Readonly<Record<'fast' | 'replication', 'fast' | 'replication'>> = {
  fast: 'replication',
  replication: 'fast',
};

/**
 * Judges every claim by the runs of one protocol; one whose records are missing says so.
 *
 * @example
 * ```ts
 * import { judgeClaims, recordedEvidence, recordedRuns } from 'whyconv';
 *
 * const evidence = await recordedEvidence(await recordedRuns());
 * const ledger = judgeClaims(evidence!);
 * ledger.find(({ id }) => id === 'C13')!.verdict; // => 'refuted'
 * ```
 */
export function judgeClaims(evidence: Evidence, protocol: keyof typeof OTHER = 'fast'): Judgement[] {
  const others = judgedUnder(evidence, OTHER[protocol]);
  const improving = new Set(
    recordsOf(evidence)
      .filter(isImproving)
      .map(({ key }) => key),
  );
  return judgedUnder(evidence, protocol).map((judged, i): Judgement => {
    const { claim, finding, decision, diverged } = judged;
    const tested = isSettled(finding) ? undefined : finding;
    const needed = tested ? seedsToSettle(tested, decision) : null;
    const records = [...new Set(keysOf(finding))];
    const { id, statement, rule, needs } = claim;
    return {
      id,
      statement,
      rule,
      needs,
      verdict: decision.verdict,
      protocol,
      other: compared(decision.verdict, OTHER[protocol], others[i]!.decision.verdict),
      reading: [finding.reading, ...remarks(decision, needed, diverged), ...mixedPrecision(finding)].join(
        ' ',
      ),
      contrasts: tested?.contrasts ?? {},
      context: tested?.context ?? {},
      p: decision.p,
      adjustedP: decision.adjusted,
      seeds: tested ? seedsOf(tested) : null,
      seedsNeeded: needed,
      flips: tested && seedsOf(tested) > 1 ? Object.values(tested.contrasts).some(changesSign) : null,
      records,
      diverged: diverged.map(({ key }) => key),
      stillImproving: records.filter((key) => improving.has(key)).length,
    };
  });
}

interface Judged {
  readonly claim: Claim;
  readonly finding: Finding;
  readonly decision: Decision;
  readonly diverged: readonly RunRecord[];
}

function judgedUnder(evidence: Evidence, protocol: ProtocolName): Judged[] {
  const found = CLAIMS.map((claim) => {
    const context = contextOf(evidence, protocol);
    return { claim, finding: claim.judge(context), diverged: context.diverged() };
  });
  const decisions = decide(found.map(({ finding }) => finding));
  return found.map((judged, i) => ({ ...judged, decision: decisions[i]! }));
}

function compared(verdict: Verdict, protocol: ProtocolName, other: Verdict): Judgement['other'] {
  const [own, theirs] = [directionOf(verdict), directionOf(other)];
  return { protocol, verdict: other, agrees: own && theirs ? own === theirs : null };
}

const recordsOf = ({ results }: Evidence): RunRecord[] => results.flatMap(({ records }) => records);

const keysOf = ({ records, results = [] }: Finding): readonly string[] =>
  records ?? results.flatMap((result) => result.records.map(({ key }) => key));

/** Whether a run that stops early had its best epoch last when its epochs ended. */
const isImproving = ({ spec, results, history }: RunRecord): boolean =>
  spec.patience !== null && history.length === spec.maxEpochs && results?.keptEpoch === history.length;

const changesSign = ({ bySeed }: Contrast): boolean =>
  bySeed.some(({ value }) => value > 0) && bySeed.some(({ value }) => value < 0);

/** Seeds that would settle every contrast that is open; null where the claim is settled or seeds would not do. */
function seedsToSettle(finding: TestedFinding, { verdict, p, adjusted }: Decision): number | null {
  if (verdict === 'supported' || verdict === 'refuted' || !finding.seedsDecide) return null;
  const level = p! > 0 && adjusted! < 1 ? (LEVEL * p!) / adjusted! : LEVEL;
  const open = Object.values(finding.contrasts).filter(
    (contrast) => contrast.bySeed.length < 2 || 2 * Math.min(contrast.p.above, contrast.p.below) > level,
  );
  const needed = open.map((contrast) => seedsNeeded(contrast, level));
  return open.length === 0 || needed.includes(null) ? null : Math.max(...needed.map((count) => count!));
}

/** Networks that were computed in another precision than those they are compared with. */
function mixedPrecision({ results = [] }: Finding): string[] {
  const inBfloat16 = results.filter(({ condition }) => condition.precision === 'bf16');
  if (inBfloat16.length === 0 || inBfloat16.length === results.length) return [];
  const names = new Set(inBfloat16.map(({ condition }) => condition.model));
  return [
    `Convolutions of ${[...names].join(' and ')} were computed in bfloat16, those of the others in float32.`,
  ];
}

/** Sentences that hold for every claim. */
function remarks(
  { verdict, alone }: Decision,
  needed: number | null,
  diverged: readonly RunRecord[],
): string[] {
  const runs = diverged.map(({ spec }) => `${spec.model.name}, seed ${spec.seed}`);
  return [
    ...(verdict === alone
      ? []
      : [`Alone the claim would be ${alone}; corrected for the number of claims it is ${verdict}.`]),
    ...(needed === null
      ? []
      : [`About ${needed} seeds would settle it, if the values stayed what they are.`]),
    ...(runs.length === 0 ? [] : [`Left out, since the loss stopped being a number: ${runs.join('; ')}.`]),
  ];
}
