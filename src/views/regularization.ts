import {
  type Comparisons,
  type ConditionResult,
  type Contrast,
  formatContrast,
  where,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { generalizationGap } from '../charts/index.js';
import { gapAgainst, gapName, imagesOf } from '../claims/index.js';
import type { Prediction, View } from '../notebook/show.js';
import {
  ahead,
  allHold,
  NOTHING_TO_COMPARE,
  percentWithInterval,
  pick,
  pointsWithInterval,
  type Statement,
} from './compared.js';
import { isAbove } from './sources.js';

/** One CNN with its pooled head and with a flattened one. */
export interface Heads {
  /** With global average pooling. */
  readonly pooled: ConditionResult;
  /** With its last feature maps flattened. */
  readonly flattened: ConditionResult;
  /** Flattened minus pooled. */
  readonly gap: Contrast;
  /** The same of the test accuracy. */
  readonly test: Contrast;
}

/**
 * The two heads of the widest network that was trained with both.
 *
 * @param results of the experiment `heads`
 * @returns undefined where one did not finish
 */
export function headResults(results: readonly ConditionResult[], compare: Comparisons): Heads | undefined {
  const found = pick(results, { pooled: { head: 'pooled' }, flattened: { head: 'flattened' } });
  if (!found) return undefined;
  const { pooled, flattened } = found;
  return {
    ...found,
    gap: compare.gapDifference(flattened, pooled, gapAgainst([pooled, flattened])),
    test: compare.difference(flattened, pooled),
  };
}

/** Gap and test accuracy of both heads, and what to make of them where they disagree. */
export const headsViews = (heads: Heads | undefined, compare: Comparisons): View[] =>
  heads ? [headsView(heads), headsTable(heads, compare), headsReading(heads)!.text] : [NOTHING_TO_COMPARE];

/** Does averaging reduce overfitting, and what does it cost? */
function headsView(heads: Heads): View {
  const { pooled, flattened, gap, test } = heads;
  return {
    chart: generalizationGap([gapRow('pooled head', pooled), gapRow('flattened head', flattened)]),
    caption:
      `Does averaging reduce overfitting, and what does it cost? With a flattened head \`${pooled.condition.model}\` has ` +
      `${formatCount(flattened.parameters)} parameters instead of ${formatCount(pooled.parameters)}; its gap changes by ` +
      `${formatContrast(gap)}, its test accuracy by ${formatContrast(test)}.`,
    alt: 'Training and validation accuracy of a CNN with a pooled and with a flattened head.',
  };
}

const gapRow = (model: string, { trainAccuracy, validationAccuracy }: ConditionResult) => ({
  model,
  train: trainAccuracy.mean,
  validation: validationAccuracy.mean,
});

function headsTable(heads: Heads, compare: Comparisons): View {
  const { pooled, flattened } = heads;
  const against = gapAgainst([pooled, flattened]);
  return {
    caption: `\`${pooled.condition.model}\` with either head, on ${imagesOf(pooled)}; ${gapName(against)}.`,
    rows: [pooled, flattened].map((result) => ({
      head: result.condition.head,
      parameters: formatCount(result.parameters),
      train: formatPercent(result.trainAccuracy.mean),
      test: percentWithInterval(compare.accuracy(result)),
      'gap, points': pointsWithInterval(compare.gap(result, against)),
    })),
  };
}

/** Gap and test accuracy may disagree on which head to take: says so where they do. */
export function headsReading(heads: Heads | undefined): Statement | undefined {
  if (!heads) return undefined;
  const { gap, test } = heads;
  const [wider, better] = [isAbove(gap), isAbove(test)];
  const overfits =
    wider === null
      ? 'Neither head clearly has the larger gap'
      : `The ${wider ? 'flattened' : 'pooled'} head has the larger gap`;
  const verdict =
    better === null
      ? 'the two cannot be told apart by test accuracy'
      : `the ${better ? 'flattened' : 'pooled'} head is the more accurate one on test images`;
  const lesson =
    wider !== null && wider === better
      ? ' A smaller gap is not a better network here: the head that overfits more also classifies more images correctly, since the gap ' +
        'compares a network with itself.'
      : '';
  return {
    text: `${overfits} (flattened − pooled: ${formatContrast(gap)}), and ${verdict} (${formatContrast(test)}).${lesson}`,
    contrasts: [gap, test],
  };
}

export const headsPrediction = (heads: Heads | undefined): Prediction => ({
  text: 'P3. A flattened head overfits more than a pooled one: its gap is larger.',
  held: heads ? isAbove(heads.gap) : null,
  because: heads ? `gap flattened − gap pooled: ${formatContrast(heads.gap)}` : NOTHING_TO_COMPARE,
});

/** One CNN with three rates of dropout in its head. */
export interface DropoutRates {
  /** Its name. */
  readonly model: string;
  /** Rates 0, 0.3 and 0.5. */
  readonly results: readonly [none: ConditionResult, usual: ConditionResult, more: ConditionResult];
  /** What each rate takes off the gap: gap without dropout minus gap with it. */
  readonly taken: readonly [usual: Contrast, more: Contrast];
}

/** By width, narrow to wide. @param results of the experiment `dropout` */
export function dropoutByWidth(results: readonly ConditionResult[], compare: Comparisons): DropoutRates[] {
  const models = [...new Set(results.map(({ condition }) => condition.model))];
  const found = models.flatMap((model) => {
    const rates = pick(where(results, { model }), {
      none: { dropout: 0 },
      usual: { dropout: 0.3 },
      more: { dropout: 0.5 },
    });
    if (!rates) return [];
    const { none, usual, more } = rates;
    const against = gapAgainst([none, usual, more]);
    const taken = [usual, more].map((result) => compare.gapDifference(none, result, against));
    return [{ model, results: [none, usual, more], taken } as unknown as DropoutRates];
  });
  return found.sort((a, b) => a.results[0].parameters - b.results[0].parameters);
}

/** What dropout in the head takes off the gap, and what it is worth in test accuracy. */
export const dropoutViews = (widths: readonly DropoutRates[], compare: Comparisons): View[] =>
  widths.length === 0 ? [NOTHING_TO_COMPARE] : [dropoutView(widths), dropoutReading(widths, compare)!.text];

/** What does dropout in the head take off the gap? */
function dropoutView(widths: readonly DropoutRates[]): View {
  const [first] = widths;
  if (!first) return NOTHING_TO_COMPARE;
  const taken = widths.map(
    ({ model, taken: [usual, more] }) =>
      `${model} ${formatContrast(usual)} at 0.3 and ${formatContrast(more)} at 0.5`,
  );
  return {
    chart: generalizationGap(
      widths.flatMap(({ model, results }) =>
        results.map((result) => gapRow(`${model}, dropout ${result.condition.dropout}`, result)),
      ),
    ),
    caption: `What does dropout in the head take off the generalization gap? On ${imagesOf(first.results[0])}: ${taken.join('; ')}.`,
    alt: 'Training and validation accuracy of CNNs with dropout 0, 0.3 and 0.5.',
  };
}

/** Test accuracy and gap by width and rate. */
export function dropoutTable(widths: readonly DropoutRates[], compare: Comparisons): View {
  const [first] = widths;
  if (!first) return NOTHING_TO_COMPARE;
  return {
    caption: `Dropout in the head by width, on ${imagesOf(first.results[0])}, with 95 % intervals.`,
    rows: widths.flatMap(({ model, results }) =>
      results.map((result) => ({
        model,
        dropout: result.condition.dropout,
        train: formatPercent(result.trainAccuracy.mean),
        test: percentWithInterval(compare.accuracy(result)),
        'gap, points': pointsWithInterval(compare.gap(result, gapAgainst(results))),
      })),
    ),
  };
}

export const dropoutPrediction = (widths: readonly DropoutRates[]): Prediction => ({
  text: 'P4. Dropout of 0.5 in the head narrows the gap at every width.',
  held: widths.length === 0 ? null : allHold(widths.map(({ taken: [, more] }) => isAbove(more))),
  because:
    widths.length === 0
      ? NOTHING_TO_COMPARE
      : `gap without − gap with it, of the widths trained with both: ${widths.map(({ model, taken: [, more] }) => `${model} ${formatContrast(more)}`).join('; ')}`,
});

/** What the usual rate is worth in test accuracy, and whether more of it helps the widest network. */
export function dropoutReading(widths: readonly DropoutRates[], compare: Comparisons): Statement | undefined {
  const widest = widths.at(-1);
  if (!widest) return undefined;
  const [none, usual, more] = widest.results;
  const [gain, further] = [compare.difference(usual, none), compare.difference(more, usual)];
  const model = `\`${widest.model}\``;
  return {
    text:
      `In test accuracy, ${ahead(gain, `${model} with dropout 0.3`, 'the same without dropout')}; ` +
      `${ahead(further, `${model} with dropout 0.5`, 'the same with 0.3')}.`,
    contrasts: [gain, further],
  };
}
