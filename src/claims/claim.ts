import { allOf, anyOf, type Comparisons, type ConditionResult, type Contrast } from '../analysis/index.js';
import type { Condition, ExperimentName, Profile, ProtocolName } from '../study/index.js';
import type { MeasurementName, RunMeasurements } from './evidence.js';

/** A claim of the original study, with the rule that decides it. */
export interface Claim {
  /** C1 to C15, as the original study orders them. */
  readonly id: string;
  /** What is claimed, in one sentence. */
  readonly statement: string;
  /** How it is decided. */
  readonly rule: Rule;
  /** What it is judged by. */
  readonly needs: Needs;
  /** Applies the rule to the evidence under one protocol. Reads only: nothing is trained or run. */
  judge(context: Context): Finding;
}

/** How a claim is decided. A rule that is changed gets a new version, so that verdicts of different rules are not confused. */
export interface Rule {
  /** The rule in words, as the ledger prints it. */
  readonly text: string;
  /** Counts up from 1. */
  readonly version: number;
  /** ISO 8601 date of this version. */
  readonly changed: string;
  /** Why this version replaced the one before. */
  readonly why: string;
}

/** What a claim has to have to be judged. */
export interface Needs {
  /** Whose runs it is judged by, under either protocol; none where arithmetic decides. */
  readonly experiments: readonly ExperimentName[];
  /** Read off trained networks. */
  readonly measurements: readonly MeasurementName[];
}

/** The evidence under one protocol, as a claim asks for it. */
export interface Context {
  /** That the runs were trained under. */
  readonly protocol: ProtocolName;
  /** Whether the runs are on CIFAR-10: published figures are about nothing else. */
  readonly cifar10: boolean;
  /** Sizes and networks of the study. */
  readonly profile: Profile;
  /** Comparisons that share one estimate of the spread between seeds. */
  readonly compare: Comparisons;
  /**
   * The condition with these values on the study's dataset, under the protocol unless the query names another; undefined
   * where it has no finished run.
   *
   * @throws WhyconvError where several conditions have them
   */
  find(query: Partial<Condition>): ConditionResult | undefined;
  /** What was measured on the runs of a condition, in the order of their seeds. */
  measured<Name extends MeasurementName>(result: ConditionResult, name: Name): Measured<Name>[];
}

/** What was measured on one run. */
export interface Measured<Name extends MeasurementName> {
  /** Of the run. */
  readonly seed: number;
  /** Key of the run's record. */
  readonly record: string;
  /** The measurement of that name. */
  readonly value: NonNullable<RunMeasurements[Name]>;
}

/** What a claim's rule came to. */
export type Finding = TestedFinding | SettledFinding;

/** Decided by p-values, which the ledger corrects for the number of its claims. */
export interface TestedFinding {
  /** One-sided p-value of the claim: small where the numbers support it. 1 where nothing could. */
  readonly support: number;
  /** Of its opposite. */
  readonly against: number;
  /** False where no number of seeds would decide it: a condition is missing, or a network learned nothing. */
  readonly seedsDecide: boolean;
  /** Whether something that the claim compares is missing and the rest was tested alone: at most `indicated`, never supported. */
  readonly partial?: boolean;
  /** The numbers, as a sentence or two; Markdown. */
  readonly reading: string;
  /** What decides, by what is compared: "medium − small". */
  readonly contrasts: Readonly<Record<string, Contrast>>;
  /** What is shown next to it. */
  readonly context?: Readonly<Record<string, Contrast>>;
  /** The conditions it rests on. */
  readonly results: readonly ConditionResult[];
  /** Keys of records, where they are not those of the results. */
  readonly records?: readonly string[];
}

/** Decided without chance, or not at all. */
export interface SettledFinding {
  /** The verdict itself. */
  readonly settled: 'supported' | 'refuted' | 'undecided' | 'no records' | 'not applicable';
  /** The numbers, as a sentence or two; Markdown. */
  readonly reading: string;
  /** What it rests on, if on runs. */
  readonly results?: readonly ConditionResult[];
  /** Keys of records, where they are not those of the results. */
  readonly records?: readonly string[];
}

/** @param what of which there is none: "two widths with a seed in common" */
export const missing = (what: string): SettledFinding => ({
  settled: 'no records',
  reading: `Not decided: there are no records of ${what}.`,
});

/**
 * The test of a claim that holds where every contrast is above 0, and does not where one is below.
 *
 * @param complete false where something that it compares is missing: the numbers can refute then, not support
 */
export const everyAbove = (
  contrasts: Readonly<Record<string, Contrast>>,
  complete = true,
): Pick<TestedFinding, 'support' | 'against' | 'seedsDecide' | 'contrasts'> => {
  const all = Object.values(contrasts);
  return {
    support: complete ? allOf(all.map(({ p }) => p.above)) : 1,
    against: anyOf(all.map(({ p }) => p.below)),
    seedsDecide: complete || all.some(({ estimate }) => estimate < 0),
    contrasts,
  };
};
