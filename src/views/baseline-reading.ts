import { formatContrast } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import type { Prediction } from '../notebook/show.js';
import { publishedPrediction, rateGain, ratePrediction } from './baseline.js';
import { measuredSettings, settingPrediction } from './baseline-settings.js';
import { augmentationPrediction, augmented, controlGain, densePrediction } from './dense.js';
import type { Sources } from './sources.js';

/** What the chapter on the baseline predicts, in its order. */
export const baselinePredictions = (sources: Sources): Prediction[] => [
  publishedPrediction(sources, 'P1'),
  ratePrediction(sources, 'P2'),
  settingPrediction(sources, 'P3'),
  densePrediction(sources, 'P4'),
  augmentationPrediction(sources, 'P5'),
];

/** What the chapter comes to: how much training decides, what each way to more brings, and what is left. */
export function baselineReading(sources: Sources): string {
  const settings = measuredSettings(sources);
  const accuracies = settings.map(({ result }) => result.testAccuracy.mean);
  const shifted = augmented(sources);
  const ways = [
    ['the low learning rate', rateGain(sources)],
    ['a larger network', controlGain(sources)?.gain],
    ['shifted training images', shifted?.bought],
  ] as const;
  const gains = ways.flatMap(([name, gain]) => (gain ? [`${name} ${formatContrast(gain)}`] : []));
  const left = shifted
    ? ` \`small\` differs from the baseline with shifted images by ${formatContrast(shifted.left)}.`
    : '';
  const range =
    settings.length === 0
      ? 'No baseline has a finished run.'
      : `Depending on nothing but its training, a network of the same ${formatCount(settings[0]!.result.parameters)} parameters ` +
        `classifies ${formatPercent(Math.min(...accuracies))} to ${formatPercent(Math.max(...accuracies))} of the test images correctly.`;
  return (
    `**Reading.** ${range}${gains.length > 0 ? ` What was tried to improve it: ${gains.join('; ')}.` : ''}${left} ` +
    `The next chapters compare CNNs with this baseline, at both rates, and not with the published figure.`
  );
}
