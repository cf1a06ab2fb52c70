import {
  bestByValidation,
  type ConditionResult,
  type Contrast,
  comparisonsWith,
  epochsOf,
  formatContrast,
  mean,
  term,
  unvaried,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyCurves, lossCurves } from '../charts/index.js';
import type { FigureOptions, Prediction } from '../notebook/show.js';
import { type ProtocolName, PUBLISHED } from '../study/index.js';
import { accuracyCell, byDirection, hereOf, isAbove, type Sources } from './sources.js';

/** The baseline as it is, at the rate of all networks, and at the one that suits dense networks; each if it was trained. */
export const baselinesOf = (sources: Pick<Sources, 'here'>): ConditionResult[] =>
  (['fast', 'fastLowRate'] as const).flatMap((protocol) => baselineUnder(sources, protocol) ?? []);

export const baselineUnder = (sources: Pick<Sources, 'here'>, protocol: ProtocolName) =>
  hereOf(sources, { ...unvaried('baseline'), protocol });

const curveName = ({ condition }: ConditionResult): string =>
  condition.protocol === 'fastLowRate' ? 'baseline, low rate' : 'baseline';

/** The loss of a guess among ten classes, in nats. */
const GUESS = Math.log(10);

/** Training of the baseline at both rates. */
export function baselineCurves(sources: Sources): FigureOptions[] {
  const results = baselinesOf(sources);
  const epochs = results.flatMap((result) => epochsOf(result.records, () => curveName(result)));
  const last = (result: ConditionResult, of: 'trainLoss' | 'validationLoss') =>
    mean(result.records.map(({ history }) => history.at(-1)![of]!)).toFixed(2);
  const ends = results.map(
    (result) =>
      `${curveName(result)} ${last(result, 'trainLoss')} in training and ${last(result, 'validationLoss')} in validation`,
  );
  const peaks = results.map(
    (result) => `${curveName(result)} ${formatPercent(result.peakValidationAccuracy.mean)}`,
  );
  return [
    {
      chart: lossCurves(epochs),
      caption:
        `How does the loss fall, and where does validation part from training? After the last epoch, in nats: ` +
        `${ends.join('; ')}. A guess costs ${GUESS.toFixed(2)}.`,
      alt: 'Training and validation loss of the baseline by epoch, at two learning rates.',
    },
    {
      chart: accuracyCurves(epochs),
      caption: `How does accuracy rise? Highest validation accuracies: ${peaks.join('; ')}.`,
      alt: 'Training and validation accuracy of the baseline by epoch, at two learning rates.',
    },
  ];
}

const abovePublished = ({ spread }: Sources, result: ConditionResult): Contrast =>
  comparisonsWith(spread).contrast([term(result, 1)], PUBLISHED.baseline.testAccuracy);

const rateOf = ({ condition }: ConditionResult): string => `a peak rate of ${condition.learningRate}`;

/** What every later comparison rests on: the baseline at the better of its two rates. */
export function bestBaselineReading(sources: Sources): string {
  const results = baselinesOf(sources);
  const best = bestByValidation(results);
  if (!best) return 'The baseline has no finished run.';
  const others = results
    .filter((result) => result !== best)
    .map((result) => `; with ${rateOf(result)} it reaches ${accuracyCell(result.testAccuracy)}`);
  const longer = baselineUnder(sources, 'replication');
  const long = longer
    ? ` Under the replication protocol, which trains longer, it reaches ${accuracyCell(longer.testAccuracy)}.`
    : '';
  return (
    `**At the better of its two rates the baseline classifies ${accuracyCell(best.testAccuracy)} of the test images correctly** (${rateOf(best)}, ` +
    `chosen by validation accuracy${others.join('')}).${long} Where a CNN is said to be ahead of the baseline, it is ahead of the better of the two.` +
    `${publishedReading(sources, best)}`
  );
}

function publishedReading(sources: Sources, best: ConditionResult): string {
  if (!sources.cifar10) return '';
  const lead = abovePublished(sources, best);
  const meaning = byDirection(lead, {
    above: 'The published figure is not the best that this architecture reaches.',
    below: 'The published figure is not reached here.',
    open: 'The published figure is consistent with it.',
  });
  return (
    ` Against the published ${formatPercent(PUBLISHED.baseline.testAccuracy)}, with the same ` +
    `${formatCount(best.parameters)} parameters: ${formatContrast(lead)}. ${meaning}`
  );
}

export function publishedPrediction(sources: Sources, id: string): Prediction {
  const best = bestByValidation(baselinesOf(sources));
  const lead = sources.cifar10 && best ? abovePublished(sources, best) : undefined;
  return {
    text: `${id}. At the better of its two learning rates the baseline is above the published test accuracy.`,
    held: lead ? isAbove(lead) : null,
    because: lead
      ? `best − published: ${formatContrast(lead)}`
      : sources.cifar10
        ? 'no finished runs'
        : 'published figures are about CIFAR-10 only',
  };
}

/** What a lower rate changes. @param of default: test */
export function rateGain(sources: Sources, of?: 'validation'): Contrast | undefined {
  const [high, low] = [baselineUnder(sources, 'fast'), baselineUnder(sources, 'fastLowRate')];
  return high && low ? comparisonsWith(sources.spread).difference(low, high, of) : undefined;
}

export function ratePrediction(sources: Sources, id: string): Prediction {
  const gain = rateGain(sources, 'validation');
  return {
    text: `${id}. The baseline wants a lower learning rate than the one chosen for all networks.`,
    held: gain ? isAbove(gain) : null,
    because: gain ? `validation accuracy, low rate − high rate: ${formatContrast(gain)}` : 'no finished runs',
  };
}
