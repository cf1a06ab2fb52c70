import type { ConditionResult } from './results.js';

/** What a model costs and brings, from its run records. */
export interface GuideRow {
  /** Of the condition, for display. */
  readonly name: string;
  /** Trainable weights and biases. */
  readonly parameters: number;
  /** 0 to 1, on the images to choose by: validation, so that the test images stay untouched by any choice. */
  readonly accuracy: number;
  /** Seconds of training. */
  readonly seconds: number;
  /** Train minus validation accuracy. */
  readonly gap: number;
}

/**
 * A condition's mean validation accuracy and what it costs, as the guide compares models: see {@link selectionGuide}.
 *
 * @example
 * ```ts
 * import { guideRow, recordedRuns, resultsByCondition } from 'whyconv';
 *
 * const [row] = resultsByCondition(await recordedRuns()).map(guideRow);
 * Object.keys(row!); // => ['name', 'parameters', 'accuracy', 'seconds', 'gap']
 * ```
 */
export const guideRow = ({
  condition,
  parameters,
  validationAccuracy,
  seconds,
  gap,
}: ConditionResult): GuideRow => ({
  name: condition.model,
  parameters,
  accuracy: validationAccuracy.mean,
  seconds: seconds.mean,
  gap: gap.mean,
});

/** What a reader may want: the highest accuracy, the best trade, an accuracy within a budget, or a quick first try. */
export type Need = 'accuracy' | 'balance' | 'small budget' | 'prototype';

/** A recommendation with the rule that led to it, so that a reader can disagree with the rule. */
export interface Recommendation {
  /** What a reader wants to optimize. */
  readonly need: Need;
  /** How the row was picked, in words. */
  readonly rule: string;
  /** The model that the rule picks. */
  readonly row: GuideRow;
  /** Where a rule just as plausible picks another model: that rule and that model. */
  readonly otherwise?: { readonly rule: string; readonly row: GuideRow };
}

/** What a reader can spend: see {@link selectionGuide}. */
export interface GuideOptions {
  /** Most parameters of the "small budget"; default 50,000: 200 kB as float32. */
  readonly budget?: number;
}

/**
 * The rows no other row beats: as accurate or more at no more cost, better in one of both. Cheapest first.
 *
 * @example
 * ```ts
 * import { paretoFront } from 'whyconv';
 *
 * const costs = { seconds: 10, gap: 0 };
 * const small = { name: 'small', parameters: 1_000, accuracy: 0.6, ...costs };
 * const wasteful = { name: 'wasteful', parameters: 2_000, accuracy: 0.5, ...costs };
 * const large = { name: 'large', parameters: 4_000, accuracy: 0.7, ...costs };
 * paretoFront([large, wasteful, small], 'parameters').map(({ name }) => name); // => ['small', 'large']
 * ```
 */
export function paretoFront(rows: readonly GuideRow[], cost: 'parameters' | 'seconds'): GuideRow[] {
  const beats = (a: GuideRow, b: GuideRow) =>
    a.accuracy >= b.accuracy && a[cost] <= b[cost] && (a.accuracy > b.accuracy || a[cost] < b[cost]);
  return rows.filter((row) => !rows.some((other) => beats(other, row))).sort((a, b) => a[cost] - b[cost]);
}

/** Whether a parameter costs the same everywhere, or a doubling does. */
export type CostScale = 'linear' | 'log';

/**
 * How high a row stands above the straight line from the first to the last row of a front, accuracy against parameters, as
 * weights of accuracies: the sum of each weight times its row's accuracy. An end of the line has height 0.
 */
export function heightAboveLine<Row extends Pick<GuideRow, 'parameters'>>(
  front: readonly Row[],
  row: Row,
  scale: CostScale,
): { readonly row: Row; readonly weight: number }[] {
  const [first, last] = [front[0]!, front.at(-1)!];
  const cost = ({ parameters }: Row) => (scale === 'log' ? Math.log(parameters) : parameters);
  const span = cost(last) - cost(first);
  const along = span === 0 ? 0 : (cost(row) - cost(first)) / span;
  return [
    { row, weight: 1 },
    { row: first, weight: along - 1 },
    { row: last, weight: -along },
  ];
}

/**
 * The knee of a front: the row farthest above the straight line from its first to its last row, accuracy against
 * parameters (Satopää et al. 2011, "Finding a kneedle in a haystack"). A front without a row above the line has its knee at
 * the most accurate row.
 *
 * @param front as {@link paretoFront} by parameters gives it
 * @throws RangeError for an empty front
 * @example
 * ```ts
 * import { kneeOf } from 'whyconv';
 *
 * const row = (name: string, parameters: number, accuracy: number) => ({ name, parameters, accuracy, seconds: 10, gap: 0 });
 * kneeOf([row('small', 1_000, 0.6), row('middle', 2_000, 0.69), row('large', 4_000, 0.7)]).name; // => 'middle'
 * ```
 */
export function kneeOf(front: readonly GuideRow[], scale: CostScale = 'linear'): GuideRow {
  const last = front.at(-1);
  if (!last) throw new RangeError('an empty front has no knee');
  const height = (row: GuideRow) =>
    heightAboveLine(front, row, scale).reduce((sum, part) => sum + part.weight * part.row.accuracy, 0);
  const above = front.slice(1, -1).filter((row) => height(row) > 1e-9);
  return above.reduce((best, row) => (best === last || height(row) > height(best) ? row : best), last);
}

/**
 * The model for each need, by the rule each recommendation states. Throws RangeError for no rows.
 *
 * @example
 * ```ts
 * import { selectionGuide } from 'whyconv';
 *
 * const row = (name: string, parameters: number, accuracy: number) => ({ name, parameters, accuracy, seconds: 10, gap: 0 });
 * const rows = [row('small', 1_000, 0.6), row('middle', 2_000, 0.69), row('large', 4_000, 0.7)];
 * selectionGuide(rows).find(({ need }) => need === 'accuracy')!.row.name; // => 'large'
 * ```
 */
export function selectionGuide(
  rows: readonly GuideRow[],
  { budget = 50_000 }: GuideOptions = {},
): Recommendation[] {
  const front = paretoFront(rows, 'parameters');
  const best = front.at(-1);
  if (!best) throw new RangeError('no rows to choose from');
  const affordable = front.filter(({ parameters }) => parameters <= budget).at(-1);
  const quickest = front.reduce((quick, row) => (row.seconds < quick.seconds ? row : quick));
  const limit = budget.toLocaleString('en-US');
  return [
    { need: 'accuracy', rule: 'the highest accuracy', row: best },
    balance(front),
    ...(affordable
      ? [
          {
            need: 'small budget',
            rule: `the highest accuracy with at most ${limit} parameters`,
            row: affordable,
          } as const,
        ]
      : []),
    {
      need: 'prototype',
      rule: 'the shortest training among the models that no other beats in accuracy and parameters',
      row: quickest,
    },
  ];
}

/** Both ways to count a parameter are shown where they disagree: the choice between them is taste. */
function balance(front: readonly GuideRow[]): Recommendation {
  const rule =
    'the knee of accuracy against parameters: farthest above the line from the cheapest to the best';
  const row = kneeOf(front);
  const other = kneeOf(front, 'log');
  const otherwise = { rule: 'the same with parameters on a logarithmic scale', row: other };
  return { need: 'balance', rule, row, ...(other !== row && { otherwise }) };
}
