import {
  bestByValidation,
  type Comparisons,
  type ConditionResult,
  formatContrast,
  where,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyByModel, imageGrid, type Picture, picturesOf } from '../charts/index.js';
import { CLASS_COUNT, type Dataset, IMAGE_SIDE, meanImages } from '../data/index.js';
import type { FigureOptions, Prediction, View } from '../notebook/show.js';
import {
  ahead,
  CNN,
  inWords,
  NOTHING_TO_COMPARE,
  percentWithInterval,
  pick,
  type Statement,
  shortName,
  withInterval,
} from './compared.js';
import { isAbove } from './sources.js';

/** One image and the mean image of each class. */
export function positionImagesView({ train }: Pick<Dataset, 'train'>): FigureOptions {
  const classes = Array.from({ length: CLASS_COUNT }, (_, label) => label);
  const examples = picturesOf(
    train.images,
    IMAGE_SIDE,
    classes.map((label) => train.labels.indexOf(label)),
  );
  const means = meanImages(train).map(
    (mean): Picture => ({ pixels: Uint8Array.from(mean), width: IMAGE_SIDE, height: IMAGE_SIDE }),
  );
  return {
    png: imageGrid([...examples, ...means], { columns: CLASS_COUNT, scale: 2 }),
    caption:
      `What distinguishes the classes here? Above, one image of each class; below, the mean of all ` +
      `${formatCount(train.count / CLASS_COUNT)} images of the class.`,
    alt: 'Ten images of black and white noise, and below them ten fainter patterns, one per class.',
  };
}

/** The CNN and the baseline, each at the better of its rates by validation. */
function pairOf(results: readonly ConditionResult[]) {
  const [dense, conv] = [{ head: 'dense' } as const, CNN].map((kind) =>
    bestByValidation(where(results, kind)),
  );
  return (
    dense &&
    conv &&
    pick(results, {
      baseline: { head: 'dense', protocol: dense.condition.protocol },
      cnn: { ...CNN, protocol: conv.condition.protocol },
    })
  );
}

/** Who learns places? */
export function positionsView(results: readonly ConditionResult[], compare: Comparisons): View {
  const pair = pairOf(results);
  if (!pair) return NOTHING_TO_COMPARE;
  const { baseline, cnn } = pair;
  const [dense, conv] = [compare.accuracy(baseline), compare.accuracy(cnn)];
  return {
    chart: accuracyByModel([
      { model: shortName(baseline), ...withInterval(dense) },
      { model: shortName(cnn), ...withInterval(conv) },
    ]),
    caption:
      `Who learns places? Of the test images, ${inWords(baseline)} classifies ${percentWithInterval(dense)}, ${inWords(cnn)} ` +
      `${percentWithInterval(conv)} correctly, each at the better of two rates; a guess is right in 1 of ${CLASS_COUNT} cases. ` +
      `Of its training images the CNN classifies ${formatPercent(cnn.trainAccuracy.mean)} correctly.`,
    alt: 'Test accuracy of the baseline and of a CNN where only places decide the class.',
  };
}

/** The prediction on images in which only places decide, settled. */
export function positionsPrediction(results: readonly ConditionResult[], compare: Comparisons): Prediction {
  const pair = pairOf(results);
  const lead = pair && compare.difference(pair.baseline, pair.cnn);
  return {
    text: 'P6. Where only the place of things decides the class, the baseline is ahead of the CNN.',
    held: lead ? isAbove(lead) : null,
    because: lead
      ? `${shortName(pair.baseline)} − ${shortName(pair.cnn)}: ${formatContrast(lead)}`
      : NOTHING_TO_COMPARE,
  };
}

/** Who learns places, as a statement; undefined where there is nothing to compare. */
export function positionsReading(
  results: readonly ConditionResult[],
  compare: Comparisons,
): Statement | undefined {
  const pair = pairOf(results);
  if (!pair) return undefined;
  const lead = compare.difference(pair.baseline, pair.cnn);
  const text = `Where only places decide the class, ${ahead(lead, inWords(pair.baseline), inWords(pair.cnn))}.`;
  return { text, contrasts: [lead] };
}
