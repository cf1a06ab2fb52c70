import {
  bestByValidation,
  type Comparisons,
  type ConditionResult,
  type Contrast,
  formatContrast,
  term,
} from '../analysis/index.js';
import { accuracyAgainstBlock, imageGrid, permutationEffect, picturesOf } from '../charts/index.js';
import { imagesOf } from '../claims/index.js';
import { IMAGE_SIDE, permutePixels, pixelPermutation } from '../data/index.js';
import type { FigureOptions, Prediction, View } from '../notebook/show.js';
import {
  ahead,
  allHold,
  BASELINE,
  BASELINE_LOW_RATE,
  CNN,
  guessOf,
  inWords,
  NOTHING_TO_COMPARE,
  percentWithInterval,
  pick,
  pointsWithInterval,
  type Statement,
  shortName,
  withInterval,
} from './compared.js';
import { isAbove } from './sources.js';

/** Three networks, trained and tested on images whose pixels were permuted inside blocks. */
export interface BlockRow {
  /** Pixels a side: 1 leaves the images as they are, 32 permutes all of each. */
  readonly block: number;
  /** Under the fast protocol. */
  readonly cnn: ConditionResult;
  /** Under the same. */
  readonly baseline: ConditionResult;
  /** The baseline at the low rate. */
  readonly lowRate: ConditionResult;
}

/** By block, small to large; blocks whose runs did not finish are left out. */
export function resultsByBlock(results: readonly ConditionResult[]): BlockRow[] {
  const blocks = [...new Set(results.map(({ condition }) => condition.block))].sort((a, b) => a - b);
  return blocks.flatMap((block) => {
    const found = pick(results, {
      cnn: { ...CNN, block },
      baseline: { ...BASELINE, block },
      lowRate: { ...BASELINE_LOW_RATE, block },
    });
    return found ? [{ block, ...found }] : [];
  });
}

const networksOf = ({ baseline, lowRate, cnn }: BlockRow) => [baseline, lowRate, cnn];

/** The first and the last row: images as they are, and with all pixels permuted. */
const endsOf = (rows: readonly BlockRow[]): readonly [BlockRow, BlockRow] | undefined => {
  const [plain, permuted] = [rows[0], rows.at(-1)];
  return plain?.block === 1 && permuted?.block === IMAGE_SIDE ? [plain, permuted] : undefined;
};

/** Images as they are, permuted inside blocks, and permuted as a whole. @param images [n, 32, 32, 3] */
export function permutedImagesView(
  images: Uint8Array,
  blocks: readonly number[] = [2, 4, 8, 32],
): FigureOptions {
  const columns = picturesOf(images, IMAGE_SIDE).length;
  const rows = [1, ...blocks].map((block) => permutePixels(images, pixelPermutation(1, block)));
  const pictures = rows.flatMap((row) => picturesOf(row, IMAGE_SIDE));
  const inner = blocks.filter((block) => block < IMAGE_SIDE).join(', ');
  return {
    png: imageGrid(pictures, { columns, scale: 2 }),
    caption:
      `What does a fixed permutation of pixels leave of an image? From the top: the images, their pixels permuted inside blocks ` +
      `of ${inner} pixels per side, and all pixels permuted. No information is lost: each permutation can be undone.`,
    alt: `${columns} images, and below them the same images with their pixels scrambled in ever larger blocks.`,
  };
}

/** Who loses by a permutation of all pixels? */
export function permutationView(rows: readonly BlockRow[], compare: Comparisons): View {
  const ends = endsOf(rows);
  if (!ends) return NOTHING_TO_COMPARE;
  const [plain, permuted] = ends.map(networksOf) as [ConditionResult[], ConditionResult[]];
  const changes = plain.map(
    (before, i) => `${shortName(before)} ${formatContrast(compare.difference(permuted[i]!, before))}`,
  );
  const bars = plain.flatMap((before, i) => [
    { model: shortName(before), images: 'original' as const, accuracy: before.testAccuracy.mean },
    { model: shortName(before), images: 'permuted' as const, accuracy: permuted[i]!.testAccuracy.mean },
  ]);
  return {
    chart: permutationEffect(bars, guessOf(ends[0].cnn)),
    caption:
      'Who loses when all pixels change places, in training and test images alike? The permutation changes test accuracy by: ' +
      `${changes.join('; ')}. Trained on ${imagesOf(ends[0].cnn)}.`,
    alt: 'Test accuracy of the baseline at two learning rates and of a CNN, on original and on permuted images.',
  };
}

/** Up to which scale may order be lost? */
export function blocksView(rows: readonly BlockRow[], compare: Comparisons): View {
  const [first] = rows;
  if (!first) return NOTHING_TO_COMPARE;
  const points = rows.flatMap((row) =>
    networksOf(row).map((result) => ({
      model: shortName(result),
      block: row.block,
      ...withInterval(compare.accuracy(result)),
    })),
  );
  return {
    chart: accuracyAgainstBlock(points, guessOf(first.cnn)),
    caption: `Up to which scale may order be lost? ${leadLost(rows, compare)} Trained on ${imagesOf(first.cnn)}.`,
    alt: 'Test accuracy against the side of the blocks inside which pixels are permuted: a CNN, and the baseline at two rates.',
  };
}

/** From which block on the CNN has no clear lead over the baseline at its better rate. */
function leadLost(rows: readonly BlockRow[], compare: Comparisons): string {
  const { model } = rows[0]!.cnn.condition;
  const lost = rows.find((row) => compare.difference(row.cnn, rivalOf(row)).low <= 0);
  if (!lost) return `\`${model}\` keeps a clear lead over the baseline at every scale.`;
  const where =
    lost.block === 1
      ? 'even with the images as they are'
      : lost.block === IMAGE_SIDE
        ? 'once all pixels are permuted'
        : `from blocks of ${lost.block} × ${lost.block} on`;
  return `\`${model}\` has no clear lead over the baseline ${where}.`;
}

const rivalOf = ({ baseline, lowRate }: BlockRow): ConditionResult => bestByValidation([baseline, lowRate])!;

/** Test accuracy of all networks by block, and the lead of the CNN over the baseline at either rate. */
export function localityTable(rows: readonly BlockRow[], compare: Comparisons): View {
  const [first] = rows;
  if (!first) return NOTHING_TO_COMPARE;
  const { model } = first.cnn.condition;
  return {
    caption:
      `Test accuracy, trained and tested on images permuted alike (${imagesOf(first.cnn)} of training), and the lead of ` +
      `\`${model}\` in points, with 95 % intervals.`,
    rows: rows.map((row) => ({
      'pixels permuted': blockName(row.block),
      'test accuracy': Object.fromEntries(
        networksOf(row).map((result) => [shortName(result), percentWithInterval(compare.accuracy(result))]),
      ),
      [`lead of ${model} over`]: {
        baseline: pointsWithInterval(compare.difference(row.cnn, row.baseline)),
        'baseline, low rate': pointsWithInterval(compare.difference(row.cnn, row.lowRate)),
      },
    })),
  };
}

const blockName = (block: number): string =>
  block === 1 ? 'none' : block === IMAGE_SIDE ? 'in the whole image' : `inside ${block} × ${block}`;

/** How much more the permutation of all pixels costs the CNN than the baseline, at either rate of the baseline. */
function extraCosts(rows: readonly BlockRow[], compare: Comparisons): Contrast[] {
  const ends = endsOf(rows);
  if (!ends) return [];
  const [plain, permuted] = ends;
  return (['baseline', 'lowRate'] as const).map((rival) =>
    compare.contrast([
      term(plain.cnn, 1),
      term(permuted.cnn, -1),
      term(plain[rival], -1),
      term(permuted[rival], 1),
    ]),
  );
}

/**
 * The predictions on permuted pixels, settled.
 *
 * @param permuted of all pixels
 * @param blocks of the experiment with permutations inside blocks
 */
export const localityPredictions = (
  permuted: readonly BlockRow[],
  blocks: readonly BlockRow[],
  compare: Comparisons,
): Prediction[] => [permutationPrediction(permuted, compare), blocksPrediction(blocks, compare)];

function permutationPrediction(rows: readonly BlockRow[], compare: Comparisons): Prediction {
  const costs = extraCosts(rows, compare);
  return {
    text: 'P1. A permutation of all pixels costs the CNN more than the baseline, at either learning rate of the baseline.',
    held: costs.length === 0 ? null : allHold(costs.map(isAbove)),
    because:
      costs.length === 0
        ? NOTHING_TO_COMPARE
        : `cost to the CNN − cost to the baseline: ${costs.map(formatContrast).join('; at the low rate ')}`,
  };
}

function blocksPrediction(rows: readonly BlockRow[], compare: Comparisons): Prediction {
  const [smallest, whole] = [rows.find(({ block }) => block > 1), rows.at(-1)];
  const found = smallest && whole && smallest !== whole ? compare.difference(smallest.cnn, whole.cnn) : null;
  return {
    text: 'P2. Inside the smallest blocks a permutation leaves the CNN more accurate than one of the whole image.',
    held: found && isAbove(found),
    because: found
      ? `inside ${smallest!.block} × ${smallest!.block} − in the whole image: ${formatContrast(found)}`
      : NOTHING_TO_COMPARE,
  };
}

/** What a permutation of all pixels costs each network, as a statement; undefined where there is nothing to compare. */
export function localityReading(rows: readonly BlockRow[], compare: Comparisons): Statement | undefined {
  const ends = endsOf(rows);
  if (!ends) return undefined;
  const leads = ends.map((row) => compare.difference(row.cnn, rivalOf(row)));
  const [before, after] = ends.map((row, i) => ahead(leads[i]!, inWords(row.cnn), inWords(rivalOf(row))));
  return {
    text: `With the images as they are, ${before}; with all pixels permuted, ${after}.`,
    contrasts: leads,
  };
}
