import {
  bestByValidation,
  type Comparisons,
  type ConditionResult,
  type Contrast,
  formatContrast,
  imagesToReach,
  overCommonSeeds,
  type SampleEfficiency,
  sampleEfficiency,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyAgainstExamples } from '../charts/index.js';
import { imagesOf } from '../claims/index.js';
import type { Prediction, View } from '../notebook/show.js';
import {
  ahead,
  guessOf,
  inWords,
  NOTHING_TO_COMPARE,
  percentWithInterval,
  type Statement,
  shortName,
  withInterval,
} from './compared.js';
import { isAbove } from './sources.js';

/** Sample-efficiency curves, and the comparison that a claim of fewer examples rests on. */
export interface DataSizes {
  /** One per network and rate: baselines first, CNNs last. */
  readonly curves: readonly SampleEfficiency[];
  /** The baseline on the most images, at its better rate. */
  readonly target: ConditionResult;
  /** The narrowest CNN on the size below the largest. */
  readonly fewer: ConditionResult;
  /** The latter minus the former. */
  readonly across: Contrast;
}

/**
 * Curves and comparison from runs.
 *
 * @param results of the experiment `dataSize`
 * @returns undefined where the networks to compare did not finish on two sizes
 */
export function dataSizes(results: readonly ConditionResult[], compare: Comparisons): DataSizes | undefined {
  const curves = sampleEfficiency(results).sort((a, b) => rank(a) - rank(b));
  const ends = curves
    .filter(({ points }) => points[0]!.condition.head === 'dense')
    .map(({ points }) => points.at(-1)!);
  const convolutional = curves.filter(({ points }) => {
    const [{ condition }] = points as [ConditionResult];
    return condition.head === 'pooled' && condition.sharing;
  });
  const [narrowest] = convolutional.sort((a, b) => a.points[0]!.parameters - b.points[0]!.parameters);
  const below = narrowest?.points.at(-2);
  if (ends.length === 0 || !below) return undefined;
  const shared = overCommonSeeds([below, bestByValidation(ends)!]);
  if (!shared) return undefined;
  const [fewer, target] = shared as [ConditionResult, ConditionResult];
  return { curves, fewer, target, across: compare.difference(fewer, target) };
}

/** Baselines first, then LCNs, then CNNs. */
function rank({ points }: SampleEfficiency): number {
  const { head, sharing } = points[0]!.condition;
  return head === 'dense' ? 0 : sharing ? 2 : 1;
}

const nameOf = ({ points }: SampleEfficiency): string => shortName(points[0]!);

/** How many images does each network need? */
export function dataSizeView(sizes: DataSizes | undefined, compare: Comparisons): View {
  if (!sizes) return NOTHING_TO_COMPARE;
  const { curves, target } = sizes;
  const accuracy = target.testAccuracy.mean;
  const others = curves.filter(({ points }) => points[0]!.condition.head !== 'dense');
  const reached = others.map((curve) => `${nameOf(curve)} ${needed(curve, accuracy)}`);
  return {
    chart: accuracyAgainstExamples(
      curves.flatMap((curve) =>
        curve.points.map((result) => ({
          model: nameOf(curve),
          examples: result.images,
          ...withInterval(compare.accuracy(result)),
        })),
      ),
      guessOf(target),
    ),
    caption:
      `How many images does each network need? What ${inWords(target)} reaches on ${imagesOf(target)}, ` +
      `${formatPercent(accuracy)}, is reached by: ${reached.join('; ')}.`,
    alt: 'Test accuracy against the number of training images, logarithmic, one line per network.',
  };
}

function needed(curve: SampleEfficiency, accuracy: number): string {
  const found = imagesToReach(curve, accuracy);
  if (!found) return 'on no size tried';
  return `on ${found.atMost ? 'at most' : 'about'} ${formatCount(Number(found.images.toPrecision(2)))} images`;
}

/** Test accuracy by network and size. */
export function dataSizeTable(sizes: DataSizes | undefined, compare: Comparisons): View {
  if (!sizes) return NOTHING_TO_COMPARE;
  const { curves, target } = sizes;
  return {
    caption:
      'Test accuracy by training-set size, with 95 % intervals. Between sizes, accuracy is taken to grow evenly with the logarithm of the size.',
    rows: curves.map((curve) => ({
      network: nameOf(curve),
      ...Object.fromEntries(
        curve.points.map((result) => [imagesOf(result), percentWithInterval(compare.accuracy(result))]),
      ),
      [`reaches ${formatPercent(target.testAccuracy.mean)}`]: needed(curve, target.testAccuracy.mean),
    })),
  };
}

/** The prediction on training-set sizes, settled; open where there is nothing to compare. */
export const dataSizePrediction = (sizes: DataSizes | undefined): Prediction => ({
  text: 'P5. The narrowest CNN on the second-largest training set is ahead of the baseline at its better rate on the largest.',
  held: sizes ? isAbove(sizes.across) : null,
  because: sizes
    ? `${onImages(sizes.fewer)} − ${onImages(sizes.target)}: ${formatContrast(sizes.across)}`
    : NOTHING_TO_COMPARE,
});

const onImages = (result: ConditionResult): string => `${shortName(result)} on ${imagesOf(result)}`;

/** What comes of fewer images, as a statement; undefined where there is nothing to compare. */
export function dataSizeReading(sizes: DataSizes | undefined): Statement | undefined {
  if (!sizes) return undefined;
  const { fewer, target, across } = sizes;
  const on = (result: ConditionResult) => `${inWords(result)} on ${imagesOf(result)}`;
  return { text: `With fewer images, ${ahead(across, on(fewer), on(target))}.`, contrasts: [across] };
}
