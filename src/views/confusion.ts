import { type ConditionResult, type Mistake, mostConfusedPairs } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyByClass, confusionHeatmap, imageGrid, picturesOf } from '../charts/index.js';
import { type Dataset, IMAGE_SIDE, type ImageSet } from '../data/index.js';
import type { FigureOptions, Prediction, TableView, View } from '../notebook/show.js';
import { inWords, shortName } from './compared.js';

/** Counts over the test images of all seeds: confusion[label][predicted]. */
function confusionOf({ records }: ConditionResult): number[][] {
  const matrices = records.map(({ results }) => results!.test.confusion);
  return matrices[0]!.map((row, label) =>
    row.map((_, predicted) => matrices.reduce((sum, matrix) => sum + matrix[label]![predicted]!, 0)),
  );
}

const worstPair = (result: ConditionResult, classes: readonly string[]) => {
  const [{ a, b, count }] = mostConfusedPairs(confusionOf(result), 1) as [
    { a: number; b: number; count: number },
  ];
  return { names: `${classes[a]} and ${classes[b]}`, count, of: answersOf(result) };
};

/** "of 10,000 test images", or of the answers of several seeds to them. */
function answersOf({ records }: ConditionResult): string {
  const images = records[0]!.results!.test.count;
  if (records.length === 1) return `${formatCount(images)} test images`;
  return `${formatCount(images * records.length)} answers (${records.length} seeds)`;
}

/** Which classes are taken for which, which are hard, and for whom? */
export const confusionViews = (
  best: ConditionResult,
  baseline: ConditionResult,
  classes: readonly string[],
): View[] => [confusionView(best, classes), classAccuracyView([baseline, best], classes)];

function confusionView(result: ConditionResult, classes: readonly string[]): FigureOptions {
  const { names, count, of } = worstPair(result, classes);
  return {
    chart: confusionHeatmap(confusionOf(result), classes),
    caption:
      `Which classes does \`${shortName(result)}\` take for which? Most often it confuses ${names}: ` +
      `${formatCount(count)} of ${of}.`,
    alt: `Confusion matrix of ${classes.length} classes.`,
  };
}

/** @param networks the last one is what the caption is about */
function classAccuracyView(networks: readonly ConditionResult[], classes: readonly string[]): FigureOptions {
  const rows = networks.flatMap((result) =>
    confusionOf(result).map((row, label) => ({
      model: shortName(result),
      class: classes[label]!,
      accuracy: row[label]! / row.reduce((sum, count) => sum + count, 0),
    })),
  );
  const last = shortName(networks.at(-1)!);
  const hardest = (model: string) =>
    rows.filter((row) => row.model === model).reduce((a, b) => (b.accuracy < a.accuracy ? b : a));
  const others = networks.slice(0, -1);
  const named = others.map((other) => `for ${inWords(other)} it is ${hardest(shortName(other)).class}`);
  return {
    chart: accuracyByClass(rows),
    caption:
      `Which classes are hard, and are they hard for the baseline too? The hardest for \`${last}\` is ${hardest(last).class}, ` +
      `${formatPercent(hardest(last).accuracy)} of its test images; ${named.join(', ')}.`,
    alt: 'Test accuracy by class, one series per network.',
  };
}

export function confusionPrediction(
  best: ConditionResult,
  { name, classes }: Pick<Dataset, 'name' | 'classes'>,
): Prediction {
  const { names, count, of } = worstPair(best, classes);
  const known = name === 'cifar10';
  return {
    text: 'P5. The pair of classes that the most accurate CNN confuses most often is cat and dog.',
    held: known ? names === 'cat and dog' : null,
    because: known
      ? `${names}, ${formatCount(count)} of ${of} by \`${shortName(best)}\``
      : 'these images have other classes than CIFAR-10',
  };
}

/** The images that a network misclassifies with the most confidence. @param judged the images they are among */
export const mistakesViews = (
  judged: ImageSet,
  mistakes: readonly Mistake[],
  model: string,
  classes: readonly string[],
): View[] =>
  mistakes.length === 0
    ? [`\`${model}\` misclassifies none of these images.`]
    : [mistakesView(judged, mistakes, model), mistakesTable(mistakes, classes)];

function mistakesView(judged: ImageSet, mistakes: readonly Mistake[], model: string): FigureOptions {
  const indices = mistakes.map(({ index }) => index);
  return {
    png: imageGrid(picturesOf(judged.images, IMAGE_SIDE, indices), { columns: 10, scale: 2 }),
    caption:
      `Which images does \`${model}\` misclassify with the most confidence, among ${formatCount(judged.count)} validation images? ` +
      'From the left, as in the table below.',
    alt: `${mistakes.length} images that were taken for another class.`,
  };
}

function mistakesTable(mistakes: readonly Mistake[], classes: readonly string[]): TableView {
  return {
    caption: 'The same images, from the left.',
    rows: mistakes.map(({ label, predicted, confidence }) => ({
      'true class': classes[label]!,
      predicted: classes[predicted]!,
      confidence: formatPercent(confidence),
    })),
  };
}
