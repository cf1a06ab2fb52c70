import { correlationByDistance, imageGrid, type Picture, picturesOf } from '../charts/index.js';
import {
  type ChannelStatistics,
  type Dataset,
  type DatasetCheck,
  type DistanceCorrelation,
  IMAGE_SIDE,
} from '../data/index.js';
import type { FigureOptions, Prediction, TableView } from '../notebook/show.js';

/** Each check with what was found and what is expected. */
export function checksTable(checks: readonly DatasetCheck[]): TableView {
  return {
    rows: checks.map(({ name, passed, found, expected }) => ({
      check: name,
      result: passed ? 'pass' : '**FAIL**',
      found,
      expected,
    })),
  };
}

/** How many checks pass, and which fail. */
export function checksReading(checks: readonly DatasetCheck[]): string {
  const failed = checks.filter(({ passed }) => !passed).map(({ name }) => name);
  return failed.length === 0
    ? `All ${checks.length} checks pass.`
    : `**${failed.length} of ${checks.length} checks fail**: ${failed.join(', ')}.`;
}

/** Mean and standard deviation of each color. */
export function channelTable({ mean, deviation, least, greatest }: ChannelStatistics): TableView {
  return {
    rows: ['red', 'green', 'blue'].map((channel, i) => ({
      channel,
      mean: mean[i]!.toFixed(4),
      'standard deviation': deviation[i]!.toFixed(4),
    })),
    caption: `Values after division by 255. The bytes lie between ${least} and ${greatest}.`,
  };
}

/** The first training images of each class, one class per row. */
export function classGrid({ train, classes }: Dataset, perClass = 10): FigureOptions {
  const chosen = classes.flatMap((_, label) => membersOf(train.labels, label, perClass));
  return {
    png: imageGrid(picturesOf(train.images, IMAGE_SIDE, chosen), { columns: perClass, scale: 2 }),
    caption:
      `What varies within a class? The first ${perClass} training images of each class, one class per row: ` +
      `${classes.join(', ')}.`,
    alt: `A grid of ${chosen.length} small images, one class per row.`,
  };
}

/** Indices of the first `count` images of a class. */
export function membersOf(labels: Uint8Array, label: number, count: number): number[] {
  return Array.from(labels.keys())
    .filter((i) => labels[i] === label)
    .slice(0, count);
}

/**
 * What is left when all images of a class are averaged?
 *
 * @param means one image per class, [32, 32, 3] each, values 0 to 255
 */
export function meanImagesView(means: readonly Float32Array[], classes: readonly string[]): FigureOptions {
  const pictures = means.map(
    (mean): Picture => ({ pixels: Uint8Array.from(mean), width: IMAGE_SIDE, height: IMAGE_SIDE }),
  );
  return {
    png: imageGrid(pictures, { columns: means.length, scale: 2 }),
    caption: `What is left when all images of a class are averaged? From the left: ${classes.join(', ')}.`,
    alt: `${means.length} blurred mean images, one per class.`,
  };
}

/** Distances that tables show, in pixels. */
const DISTANCES = [1, 2, 4, 8, 16];

/** The correlation of pixels against their distance, before and after a permutation of all pixels. */
export interface Correlations {
  /** Of images as they are, near to far. */
  readonly original: readonly DistanceCorrelation[];
  /** At the same distances, after one permutation of all pixels. */
  readonly permuted: readonly DistanceCorrelation[];
}

/** Do nearby pixels have more in common than distant ones? */
export function correlationView({ original, permuted }: Correlations): FigureOptions {
  const points = (images: 'original' | 'permuted', measured: readonly DistanceCorrelation[]) =>
    measured.map(({ distance, mean }) => ({ images, distance, correlation: mean }));
  const [near, far] = ends(original);
  const [nearPermuted, farPermuted] = ends(permuted);
  return {
    chart: correlationByDistance([...points('original', original), ...points('permuted', permuted)]),
    caption:
      `Do nearby pixels have more in common than distant ones? Neighbors correlate at ${near.mean.toFixed(3)}, ` +
      `pixels ${far.distance} apart at ${far.mean.toFixed(3)}; after the permutation, at ${nearPermuted.mean.toFixed(3)} ` +
      `and ${farPermuted.mean.toFixed(3)}.`,
    alt: 'Correlation against distance: a line for the original images and one for the permuted images.',
  };
}

/** The correlation after permutations inside blocks: one row per block size, one column per distance. */
export function blockCorrelationTable(
  blocks: readonly { readonly block: number; readonly correlation: readonly DistanceCorrelation[] }[],
  distances: readonly number[] = DISTANCES,
): TableView {
  return {
    rows: blocks.map(({ block, correlation }) => ({
      'permuted within': block === 1 ? 'nothing' : `${block} × ${block} pixels`,
      distance: Object.fromEntries(
        correlation
          .filter(({ distance }) => distances.includes(distance))
          .map(({ distance, mean }) => [`${distance} px`, mean.toFixed(3)]),
      ),
    })),
  };
}

/** Pixels next to each other against pixels above each other. */
export function directionTable(
  { original, permuted }: Correlations,
  distances: readonly number[] = DISTANCES,
): TableView {
  const cells = ({ horizontal, vertical }: DistanceCorrelation) => ({
    'next to each other': horizontal.toFixed(3),
    'above each other': vertical.toFixed(3),
  });
  const rows = original.flatMap((measured, i) =>
    distances.includes(measured.distance) ? [{ measured, control: permuted[i]! }] : [],
  );
  return {
    rows: rows.map(({ measured, control }) => ({
      'distance, pixels': measured.distance,
      original: cells(measured),
      permuted: cells(control),
    })),
  };
}

/** The permuted correlation must vary by less than this share of what the original one varies by. */
const FLAT = 0.1;

/** The predictions on checks and correlations, settled. */
export function dataPredictions(
  checks: readonly DatasetCheck[],
  { original, permuted }: Correlations,
): Prediction[] {
  const [near, far] = ends(original);
  const [falls, spread] = [isFalling(original), spreadOf(permuted)];
  return [
    {
      text: 'P1. Every check passes.',
      held: checks.every(({ passed }) => passed),
      because: `${checks.filter(({ passed }) => passed).length} of ${checks.length} pass`,
    },
    {
      text: 'P2. The correlation of two pixels falls with the distance between them.',
      held: falls,
      because:
        `from ${near.mean.toFixed(3)} at ${near.distance} pixel to ${far.mean.toFixed(3)} at ${far.distance}, ` +
        (falls ? 'falling at each step' : 'not falling at each step'),
    },
    {
      text: 'P3. After one fixed permutation of all pixels, it no longer depends on the distance.',
      held: spread < FLAT * spreadOf(original),
      because: `it varies by ${spread.toFixed(3)}; originally by ${spreadOf(original).toFixed(3)}`,
    },
  ];
}

/** Whether the data are whole and neighbors related, as the chapter's reading. */
export function dataReading(checks: readonly DatasetCheck[], { original }: Correlations): string {
  const complete = checks.every(({ passed }) => passed);
  const [near, far] = ends(original);
  const numbers =
    `the pixel next door correlates at ${near.mean.toFixed(2)}, one ${far.distance} pixels away at ` +
    `${far.mean.toFixed(2)}.`;
  return (
    `**Reading.** ${complete ? 'The data are complete.' : '**The data are not as they should be.**'} ` +
    (near.mean > far.mean
      ? `The last figure is the reason for everything that follows: ${numbers} The more neighbors say about each other, ` +
        'the less a layer that looks only at neighbors loses, and it saves almost all of its weights.'
      : `Nearby pixels are not more related than distant ones: ${numbers} On such images a layer that looks at ` +
        'neighbors only has nothing to gain.')
  );
}

/** The smallest and the largest distance. */
const ends = (measured: readonly DistanceCorrelation[]) => [measured[0]!, measured.at(-1)!] as const;

const isFalling = (measured: readonly DistanceCorrelation[]) =>
  measured.every(({ mean }, i) => i === 0 || mean < measured[i - 1]!.mean);

function spreadOf(measured: readonly DistanceCorrelation[]): number {
  const means = measured.map(({ mean }) => mean);
  return Math.max(...means) - Math.min(...means);
}
