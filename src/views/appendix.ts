import { formatCount } from '../base/format.js';
import { imageGrid, picturesOf } from '../charts/index.js';
import { type ClassSimilarity, type Dataset, IMAGE_SIDE, imageMemory } from '../data/index.js';
import type { FigureOptions, Prediction, TableView } from '../notebook/show.js';
import { membersOf } from './data.js';

/** The memory that images take, by how they are held. */
export function memoryTable(count: number): TableView {
  const { float32Bytes, float32MiB, uint8Bytes, uint8MiB } = imageMemory(count);
  const row = (heldAs: string, bytes: number, mib: number) => ({
    'held as': heldAs,
    bytes: formatCount(bytes),
    MiB: mib.toFixed(3),
  });
  return {
    caption: `${formatCount(count)} images.`,
    rows: [row('float32', float32Bytes, float32MiB), row('uint8', uint8Bytes, uint8MiB)],
  };
}

const pairName = ({ labels: [a, b] }: ClassSimilarity, classes: readonly string[]) =>
  `${classes[a]} and ${classes[b]}`;

/** The pairs of classes at both ends. @param pairs the most alike first */
export function similarityTable(
  pairs: readonly ClassSimilarity[],
  classes: readonly string[],
  rows = 5,
): TableView {
  const cells = (pair: ClassSimilarity) => ({
    classes: pairName(pair, classes),
    correlation: pair.correlation.toFixed(3),
  });
  return {
    rows: pairs.slice(0, rows).map((pair, i) => ({
      'most alike': cells(pair),
      'least alike': cells(pairs.at(-1 - i)!),
    })),
    caption: 'Correlation of the mean images of two classes, without what all classes have in common.',
  };
}

/** Images of the two classes that are most alike. */
export function alikeView(
  { train, classes }: Dataset,
  pairs: readonly ClassSimilarity[],
  each = 12,
): FigureOptions {
  const pair = pairs[0]!;
  const chosen = pair.labels.flatMap((label) => membersOf(train.labels, label, each));
  const names = pairName(pair, classes);
  return {
    png: imageGrid(picturesOf(train.images, IMAGE_SIDE, chosen), { columns: each, scale: 2 }),
    caption:
      `Which classes look alike? By their mean images ${names} (r = ${pair.correlation.toFixed(2)}): ` +
      `the first ${each} training images of each, one class per row.`,
    alt: `Two rows of ${each} small images: ${names}.`,
  };
}

/** Pairs that a person would name. */
const LOOKALIKES = ['cat and dog', 'deer and horse', 'airplane and bird', 'automobile and truck'];

/** The prediction on look-alike classes, settled by the similarities of mean images. */
export function similarityPrediction(
  pairs: readonly ClassSimilarity[],
  classes: readonly string[],
): Prediction {
  const known = LOOKALIKES.every((names) => names.split(' and ').every((name) => classes.includes(name)));
  const names = pairName(pairs[0]!, classes);
  return {
    text: 'P1. The two classes with the most similar mean images are ones that a person would call alike: cat and dog, deer and horse, airplane and bird, or automobile and truck.',
    held: known ? LOOKALIKES.includes(names) : null,
    because: known
      ? `${names}, r = ${pairs[0]!.correlation.toFixed(3)}`
      : 'these images have other classes than CIFAR-10',
  };
}

/** Which classes are most and least alike on average, as the chapter's reading. */
export function similarityReading(pairs: readonly ClassSimilarity[], classes: readonly string[]): string {
  return (
    `**Reading.** By their mean images ${pairName(pairs[0]!, classes)} are most alike, ` +
    `${pairName(pairs.at(-1)!, classes)} least. Which classes a trained network confuses is another question, which chapter 8 ` +
    'answers.'
  );
}
