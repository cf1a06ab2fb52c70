import {
  type Comparisons,
  type ConditionResult,
  type Contrast,
  comparisonsWith,
  formatContrast,
  formatPoints,
  overCommonSeeds,
  resultsByCondition,
  where,
} from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import { basisInWords } from '../claims/index.js';
import type { FinishedRun } from '../runs/index.js';
import type { Condition } from '../study/index.js';
import { byDirection, type Sources } from './sources.js';

/** What the experiments of a chapter came to. */
export interface TrainedResults<Name extends string> {
  /** Of each experiment. */
  readonly results: Readonly<Record<Name, ConditionResult[]>>;
  /** All comparisons of a chapter share one estimate of the spread between seeds. */
  readonly compare: Comparisons;
}

/**
 * Results by experiment, within which a query names only what the experiment varies.
 *
 * @param runs what `study.runExperiments` gives
 */
export function trainedResults<Name extends string>(
  runs: Readonly<Record<Name, readonly FinishedRun[]>>,
  { spread }: Pick<Sources, 'spread'>,
): TrainedResults<Name> {
  const names = Object.keys(runs) as Name[];
  const resultsOf = (name: Name) => resultsByCondition(runs[name].map(({ record }) => record));
  const results = Object.fromEntries(names.map((name) => [name, resultsOf(name)]));
  return { results: results as Record<Name, ConditionResult[]>, compare: comparisonsWith(spread) };
}

/**
 * One result for each query, all over the seeds they have in common, so that the numbers of a comparison are about the same
 * runs; undefined where a condition has no finished run, or no seed is common.
 */
export function pick<Key extends string>(
  results: readonly ConditionResult[],
  queries: Readonly<Record<Key, Partial<Condition>>>,
): Readonly<Record<Key, ConditionResult>> | undefined {
  const keys = Object.keys(queries) as Key[];
  const found = keys.flatMap((key) => where(results, queries[key])[0] ?? []);
  const shared = found.length === keys.length ? overCommonSeeds(found) : undefined;
  if (!shared) return undefined;
  return Object.fromEntries(keys.map((key, i) => [key, shared[i]!])) as Record<Key, ConditionResult>;
}

/** In place of a figure or a table, where {@link pick} finds nothing. */
export const NOTHING_TO_COMPARE = 'Some of the runs to compare are missing: there is nothing to show here.';

/** The fully connected baseline under the protocol, and at the rate that dense networks want. */
export const BASELINE = { model: 'baseline', protocol: 'fast' } as const;
export const BASELINE_LOW_RATE = { model: 'baseline', protocol: 'fastLowRate' } as const;
/** The one CNN of an experiment. */
export const CNN = { head: 'pooled', sharing: true } as const;
export const LCN = { sharing: false, protocol: 'fast' } as const;
export const LCN_MIDDLE_RATE = { sharing: false, protocol: 'fastMiddleRate' } as const;

/** A network in the charts and tables of one comparison: "baseline, low rate". */
export function shortName({ condition }: Pick<ConditionResult, 'condition'>): string {
  const { model, sharing, head, shift, protocol } = condition;
  const parts = [
    sharing ? model : 'LCN',
    head === 'flattened' && 'flattened head',
    protocol === 'fastLowRate' && 'low rate',
    protocol === 'fastMiddleRate' && 'middle rate',
    shift > 0 && 'shifted images',
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** The same in a sentence: "the baseline at the low rate". */
export function inWords({ condition }: Pick<ConditionResult, 'condition'>): string {
  const { model, sharing, shift, protocol } = condition;
  const network = !sharing ? 'the LCN' : model === 'baseline' ? 'the baseline' : `\`${model}\``;
  const own = { fastLowRate: 'low', fastMiddleRate: 'middle' }[protocol as string];
  const rate = own ? ` at the ${own} rate` : '';
  return `${network}${rate}${shift > 0 ? ', trained on shifted images,' : ''}`;
}

/** Keeps an interval on one line of a table's cell. */
const NO_BREAK = '\u00a0';

/** "62.4 % [61.0, 63.8]" */
export const percentWithInterval = ({ estimate, low, high }: Contrast): string =>
  `${formatPercent(estimate)} [${(100 * low).toFixed(1)},${NO_BREAK}${(100 * high).toFixed(1)}]`;

/** "+3.1 [+1.2, +5.0]", in points: for a table whose heading says so. */
export const pointsWithInterval = ({ estimate, low, high }: Contrast): string =>
  `${formatPoints(estimate)} [${formatPoints(low)},${NO_BREAK}${formatPoints(high)}]`;

/** A row of a chart: an accuracy with its interval over images and seeds. */
export function withInterval(contrast: Contrast): { accuracy: number; low: number; high: number } {
  const { estimate, low, high } = contrast;
  return { accuracy: estimate, low: Math.max(0, low), high: Math.min(1, high) };
}

/** b − a, of a − b. */
export const negated = (contrast: Contrast): Contrast => {
  const { estimate, low, high, p, bySeed } = contrast;
  return {
    ...contrast,
    estimate: -estimate,
    low: -high,
    high: -low,
    p: { above: p.below, below: p.above },
    bySeed: bySeed.map(({ seed, value }) => ({ seed, value: -value })),
  };
};

/** Which of two is ahead, as far as the interval of a − b says. */
export const ahead = (difference: Contrast, a: string, b: string): string =>
  `${byDirection(difference, {
    above: `${a} is ahead of ${b}`,
    below: `${a} is behind ${b}`,
    open: `${a} and ${b} cannot be told apart`,
  })}: ${formatContrast(difference)}`;

/** Of a prediction in several parts: false where one fails, null where one is open. */
export const allHold = (parts: readonly (boolean | null)[]): boolean | null =>
  parts.includes(false) ? false : parts.includes(null) ? null : true;

/** A sentence or two that state an outcome, and what they rest on. */
export interface Statement {
  /** Markdown. */
  readonly text: string;
  /** The differences that the text states. */
  readonly contrasts: readonly Contrast[];
}

/** What a chapter comes to, from the statements of its sections; none of comparisons that were not made. */
export function chapterReading(statements: readonly (Statement | undefined)[]): string {
  const made = statements.filter((statement) => statement !== undefined);
  const contrasts = made.flatMap((statement) => statement.contrasts);
  const basis = contrasts.length > 0 ? ` Basis: ${basisInWords(...contrasts)}.` : '';
  return `**Reading.** ${made.map(({ text }) => text).join(' ')}${basis}`;
}
