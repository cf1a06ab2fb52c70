import { formatCount, formatPercent } from '../base/format.js';
import { classBalance } from '../charts/index.js';
import { entropyNats, type UninformedScore } from '../data/index.js';
import type { FigureOptions, Prediction, TableView } from '../notebook/show.js';

/** Images of each class in each part of the data. */
export interface ClassCounts {
  /** By label. */
  readonly train: readonly number[];
  /** By label. */
  readonly test: readonly number[];
}

/** Images of each class in the parts that a run uses. */
export interface PartCounts extends ClassCounts {
  /** By label; taken from the training set. */
  readonly validation: readonly number[];
}

/** Does each class have the same number of images? */
export function countsView(counts: ClassCounts, classes: readonly string[]): FigureOptions {
  const { train, test } = counts;
  const bars = (['train', 'test'] as const).flatMap((split) =>
    counts[split].map((count, label) => ({ class: classes[label]!, split, count })),
  );
  const answer =
    isEqual(train) && isEqual(test)
      ? `Yes: ${each(train)} training and ${each(test)} test images each.`
      : `No: ${each(train)} training and ${each(test)} test images per class.`;
  return {
    chart: classBalance(bars),
    caption: `Does each class have the same number of images? ${answer}`,
    alt: `Bars of the images of each class: ${each(train)} for training, ${each(test)} for testing.`,
  };
}

/** What can be scored without looking at an image. */
export function uninformedTable(
  counts: ClassCounts,
  { label, accuracy, loss }: UninformedScore,
  classes: readonly string[],
): TableView {
  return {
    rows: [
      {
        'H(Y), nats': entropyNats(counts.train).toFixed(6),
        [`ln ${counts.train.length}`]: maximumOf(counts.train),
        'loss without looking': loss.toFixed(6),
        'answer without looking': classes[label]!,
        'its test accuracy': formatPercent(accuracy),
      },
    ],
    caption: 'What can be scored without looking at an image.',
  };
}

/** How many images each part of a run has, in all and of each class. */
export function partsTable(parts: PartCounts): TableView {
  const row = (part: keyof PartCounts) => ({
    part,
    images: formatCount(totalOf(parts[part])),
    'per class': each(parts[part]),
  });
  return {
    caption: 'The parts of the filter sweep in this profile.',
    rows: [row('train'), row('validation'), row('test')],
  };
}

/** Rounded to six decimals, as the table shows it: sums of floating-point numbers miss the last digits of the maximum. */
const maximumOf = (counts: readonly number[]): string => Math.log(counts.length).toFixed(6);

/** The predictions on the balance of classes, settled by counting. */
export function balancePredictions(counts: ClassCounts, parts: PartCounts): Prediction[] {
  const entropy = entropyNats(counts.train).toFixed(6);
  const { train, validation, test } = parts;
  return [
    {
      text: 'P1. All classes have the same number of images, in the training and in the test set.',
      held: isEqual(counts.train) && isEqual(counts.test),
      because: `${each(counts.train)} and ${each(counts.test)}`,
    },
    {
      text: 'P2. The entropy of the training labels is at its maximum, the logarithm of the number of classes.',
      held: entropy === maximumOf(counts.train),
      because: `${entropy} of ${maximumOf(counts.train)} nats`,
    },
    {
      text: 'P3. The split keeps the balance: in no part do two classes differ by more than one image.',
      held: [train, validation, test].every((part) => Math.max(...part) - Math.min(...part) <= 1),
      because: `${each(train)}, ${each(validation)} and ${each(test)} per class`,
    },
  ];
}

/** What a model has to beat to have learned something, as the chapter's reading. */
export function balanceReading({ accuracy, loss }: UninformedScore): string {
  return (
    `**Reading.** Without looking at an image, ${formatPercent(accuracy)} of the answers are right and the loss is ` +
    `${loss.toFixed(2)} nats: a model has learned something about images where it does better than both. How hard each class ` +
    'is, and which are confused, is measured on trained networks; how similar their mean images are, in the appendix.'
  );
}

const isEqual = (counts: readonly number[]) => new Set(counts).size === 1;

const totalOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** "5,000", or "499 to 501" where classes differ. */
function each(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}
