import { type ConditionResult, epochsOf, formatPoints, mean } from '../analysis/index.js';
import { formatCount } from '../base/format.js';
import {
  accuracyAgainstFlops,
  accuracyAgainstParameters,
  accuracyCurves,
  type CostPoint,
  generalizationGap,
  lossCurves,
} from '../charts/index.js';
import type { FigureOptions } from '../notebook/show.js';
import type { Sources } from './sources.js';
import { type SweepRow, sweepRows } from './sweep.js';

const trainedOf = (sources: Sources) =>
  sweepRows(sources, 'fast').flatMap((row) => (row.here ? [{ ...row, here: row.here }] : []));

/** Loss and accuracy by epoch of every model of the sweep. */
export function sweepCurves(sources: Sources): FigureOptions[] {
  const rows = trainedOf(sources);
  const epochs = rows.flatMap(({ here, name }) => epochsOf(here.records, () => name));
  const bands = rows.some(({ here }) => here.records.length > 1)
    ? ' Lines are means over seeds, bands reach from the lowest to the highest.'
    : '';
  const last = ({ records }: ConditionResult, of: 'trainLoss' | 'validationLoss') =>
    mean(records.map(({ history }) => history.at(-1)![of]!)).toFixed(2);
  const losses = rows.map(
    ({ name, here }) => `\`${name}\` ${last(here, 'trainLoss')} and ${last(here, 'validationLoss')}`,
  );
  return [
    {
      chart: lossCurves(epochs),
      caption:
        `How does the loss fall in each model, and where does validation part from training? Training and validation loss ` +
        `after the last epoch: ${losses.join('; ')}.${bands}`,
      alt: 'Training and validation loss by epoch, one pair of lines per model.',
    },
    {
      chart: accuracyCurves(epochs),
      caption:
        'How does accuracy rise? Training accuracy is measured while the weights change, and with dropout in the CNNs: it may ' +
        'lie below validation.',
      alt: 'Training and validation accuracy by epoch, one pair of lines per model.',
    },
  ];
}

/** Accuracy against what a model costs: parameters to store, operations to compute. */
export function costViews(sources: Sources): FigureOptions[] {
  const rows = trainedOf(sources);
  const points = rows.map(pointOf);
  const baseline = rows.find(({ model }) => model === 'baseline')?.here;
  const ratios = (of: 'parameters' | 'flops') =>
    rows
      .filter(({ model }) => model !== 'baseline')
      .map(({ name, here }) => `\`${name}\` ${ratio(here[of] / (baseline?.[of] ?? Number.NaN))}`)
      .join(', ');
  return [
    {
      chart: accuracyAgainstParameters(points),
      caption: `What does a parameter buy?${baseline ? ` Parameters against the baseline's: ${ratios('parameters')}.` : ''}`,
      alt: 'Test accuracy against trainable parameters, by model.',
    },
    {
      chart: accuracyAgainstFlops(points),
      caption:
        `What does an operation buy?${baseline ? ` Operations per image against the baseline's: ${ratios('flops')}.` : ''} Shared ` +
        'weights save parameters, not operations.',
      alt: 'Test accuracy against floating-point operations per image, by model.',
    },
  ];
}

function pointOf({ name, here, published }: SweepRow & { readonly here: ConditionResult }): CostPoint {
  const { parameters, flops, testAccuracy } = here;
  return {
    model: name,
    parameters,
    flops,
    accuracy: testAccuracy.mean,
    low: testAccuracy.low,
    high: testAccuracy.high,
    ...(published && { published: published.testAccuracy }),
  };
}

/** "1/118", "5.4 times" */
const ratio = (share: number): string =>
  share < 1 ? `1/${formatCount(Math.round(1 / share))}` : `${share.toFixed(1)} times`;

/** How much better each model is on the images it was trained on. */
export function gapView(sources: Sources): FigureOptions {
  const rows = trainedOf(sources);
  const gaps = rows.map(({ name, here }) => `\`${name}\` ${formatPoints(here.gap.mean)}`);
  return {
    chart: generalizationGap(
      rows.map(({ name, here, published }) => ({
        model: name,
        train: here.trainAccuracy.mean,
        validation: here.validationAccuracy.mean,
        ...(published?.gap != null && { published: published.gap }),
      })),
    ),
    caption: `How much better is a model on images it was trained on? Points of accuracy, train minus validation: ${gaps.join(', ')}.`,
    alt: 'Train and validation accuracy of each model, joined by a line as long as the gap.',
  };
}
