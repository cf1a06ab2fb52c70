import {
  ASSUMED_SEED_DEVIATION,
  type ConditionResult,
  type Contrast,
  formatContrast,
  measuredContrast,
  type Summary,
} from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import { accuracyAgainstShift } from '../charts/index.js';
import {
  type ShiftedRun,
  type ShiftMeasurement,
  type ShiftRobustness,
  shiftAccuracyDifference,
  shiftLossDifference,
} from '../lab/index.js';
import type { Prediction, View } from '../notebook/show.js';
import { type Condition, matches } from '../study/index.js';
import {
  ahead,
  inWords,
  NOTHING_TO_COMPARE,
  negated,
  percentWithInterval,
  pointsWithInterval,
  type Statement,
  shortName,
  withInterval,
} from './compared.js';
import { isAbove } from './sources.js';

/** A network's answers to shifted images: the runs of one condition, one per seed. */
export interface ShiftedNetwork {
  /** The condition. */
  readonly result: ConditionResult;
  /** At least one. */
  readonly runs: readonly ShiftedRun[];
}

const nameOf = ({ result }: ShiftedNetwork): string => shortName(result);

/** What uncovered pixels show: black, or what left the image on the other side. */
export type Fill = 'zero' | 'wrap';

const FILLS: Readonly<Record<Fill, string>> = { zero: 'black', wrap: 'wrapped around' };

/** Something of one network at one shift, over its seeds and the images. @param answers that an image's value depends on */
function measured(
  { runs }: ShiftedNetwork,
  fill: Fill,
  shift: number,
  pick: (row: ShiftRobustness) => Summary,
  answers: 1 | 2,
): Contrast {
  const bySeed = runs.map((run) => ({ seed: run.seed, ...spreadOf(pick(rowAt(run[fill], shift))) }));
  return measuredContrast(bySeed, { assumedDeviation: Math.sqrt(answers) * ASSUMED_SEED_DEVIATION, answers });
}

const rowAt = ({ rows }: ShiftMeasurement, shift: number): ShiftRobustness =>
  rows.find((row) => row.shift === shift)!;

const spreadOf = ({ mean, sd, n }: Summary) => ({ mean, sd: sd ?? 0, n });

/** Accuracy over seeds and images at a shift that was measured. */
export const accuracyAt = (network: ShiftedNetwork, fill: Fill, shift: number) =>
  measured(network, fill, shift, ({ accuracy }) => accuracy, 1);

const consistencyAt = (network: ShiftedNetwork, fill: Fill, shift: number) =>
  measured(network, fill, shift, ({ consistency }) => consistency, 2);

/** What a shift changes: minus the accuracy lost. */
const changeAt = (network: ShiftedNetwork, fill: Fill, shift: number) =>
  negated(measured(network, fill, shift, ({ loss }) => loss, 2));

/** a − b, image by image, over the seeds of both. */
function compared(
  [a, b]: readonly [ShiftedNetwork, ShiftedNetwork],
  fill: Fill,
  differenceOf: (a: ShiftMeasurement, b: ShiftMeasurement) => Summary,
  answers: 2 | 4,
): Contrast | undefined {
  const bySeed = a.runs.flatMap((run) => {
    const other = b.runs.find(({ seed }) => seed === run.seed);
    return other ? [{ seed: run.seed, ...spreadOf(differenceOf(run[fill], other[fill])) }] : [];
  });
  if (bySeed.length === 0) return undefined;
  return measuredContrast(bySeed, { assumedDeviation: Math.sqrt(answers) * ASSUMED_SEED_DEVIATION, answers });
}

const lossDifference = (pair: readonly [ShiftedNetwork, ShiftedNetwork], fill: Fill, shift: number) =>
  compared(pair, fill, (a, b) => shiftLossDifference(a, b, shift), 4);

const accuracyDifference = (pair: readonly [ShiftedNetwork, ShiftedNetwork], fill: Fill, shift: number) =>
  compared(pair, fill, (a, b) => shiftAccuracyDifference(a, b, shift), 2);

const shiftsOf = ({ runs }: ShiftedNetwork): number[] => runs[0]!.zero.rows.map(({ shift }) => shift);

/** How far may an image move before a network loses it? */
export function shiftView(networks: readonly ShiftedNetwork[], fill: Fill): View {
  const [first] = networks;
  if (!first) return NOTHING_TO_COMPARE;
  const shifts = shiftsOf(first);
  const farthest = Math.max(...shifts);
  const changes = networks.map(
    (network) => `${nameOf(network)} ${formatContrast(changeAt(network, fill, farthest))}`,
  );
  const points = networks.flatMap((network) =>
    shifts.map((shift) => ({
      model: nameOf(network),
      shift,
      ...withInterval(accuracyAt(network, fill, shift)),
      consistency: consistencyAt(network, fill, shift).estimate,
    })),
  );
  const question =
    fill === 'zero'
      ? 'How far may an image move into black before a network loses it?'
      : 'And if nothing is lost, because what leaves on one side comes in on the other?';
  return {
    chart: accuracyAgainstShift(points),
    caption: `${question} Shifted by ${farthest} pixels, accuracy changes by: ${changes.join('; ')}.`,
    alt: `Accuracy against the shift in pixels, uncovered pixels ${FILLS[fill]}, one line per network.`,
  };
}

/** Pixels, of the shifts that were measured: a table of all would not fit a page. */
const IN_TABLE = [1, 4, 8];

/** Accuracy lost and prediction consistency, by network and filling. */
export function shiftTable(networks: readonly ShiftedNetwork[]): View {
  const [first] = networks;
  if (!first) return NOTHING_TO_COMPARE;
  const shifts = shiftsOf(first).filter((shift) => IN_TABLE.includes(shift));
  const { images } = first.runs[0]!.zero.rows[0]!;
  return {
    caption:
      `Up to ${images.toLocaleString('en-US')} validation images, each shifted in four directions; 95 % intervals. Prediction ` +
      'consistency is the share of images that keep the class predicted before the shift, right or wrong.',
    rows: networks.flatMap((network) =>
      (['zero', 'wrap'] as const).map((fill) => ({
        network: nameOf(network),
        'uncovered pixels': FILLS[fill],
        unshifted: percentWithInterval(accuracyAt(network, fill, 0)),
        'change of accuracy, points': Object.fromEntries(
          shifts.map((shift) => [`${shift} px`, pointsWithInterval(changeAt(network, fill, shift))]),
        ),
        'prediction consistency': Object.fromEntries(
          shifts.map((shift) => [`${shift} px`, formatPercent(consistencyAt(network, fill, shift).estimate)]),
        ),
      })),
    ),
  };
}

/** Pixels; a quarter of an image. */
const FAR = 8;
/** Pixels; the most that training images are shifted by. */
const TRAINED = 4;

/** The CNN and the networks without weight sharing, on the same images. */
function withoutSharing(networks: readonly ShiftedNetwork[]) {
  const cnn = networks.find(({ result: { condition } }) => condition.sharing && condition.head !== 'dense');
  const lossAgainst = (rival: ShiftedNetwork | undefined) => {
    const difference = cnn && rival && lossDifference([rival, cnn], 'wrap', FAR);
    return difference && { rival: rival!.result, cnn: cnn!.result, difference };
  };
  return {
    lcn: lossAgainst(networks.find(({ result }) => !result.condition.sharing)),
    baseline: lossAgainst(networks.find(({ result }) => result.condition.head === 'dense')),
  };
}

/**
 * The predictions on shifted images, settled.
 *
 * @param networks the CNN, the LCN and the baseline, trained on the same images without shifts
 */
export function shiftPredictions(networks: readonly ShiftedNetwork[]): Prediction[] {
  const { lcn, baseline } = withoutSharing(networks);
  const settledBy = (text: string, found: typeof lcn): Prediction => ({
    text,
    held: found ? isAbove(found.difference) : null,
    because: found
      ? `lost by ${shortName(found.rival)} − lost by ${shortName(found.cnn)}: ${formatContrast(found.difference)}`
      : NOTHING_TO_COMPARE,
  });
  return [
    settledBy('P3. Shifted by 8 pixels and wrapped, the CNN loses less accuracy than the LCN.', lcn),
    settledBy('P4. It also loses less than the baseline.', baseline),
  ];
}

/**
 * What a shift by a quarter of the image costs each network, as a statement; undefined where there is nothing to compare.
 */
export function shiftReading(networks: readonly ShiftedNetwork[]): Statement | undefined {
  const { lcn, baseline } = withoutSharing(networks);
  const found = [baseline, lcn].filter((against) => against !== undefined);
  if (found.length === 0) return undefined;
  const shown = found.map(
    ({ rival, cnn, difference }) =>
      `${inWords(rival)} ${losesAgainst(difference, inWords(cnn))} (${formatContrast(difference)})`,
  );
  return {
    text: `Shifted by ${FAR} pixels and wrapped, ${shown.join('; ')}.`,
    contrasts: found.map(({ difference }) => difference),
  };
}

/** @param difference of losses: of the one that the sentence is about minus that of the other */
const losesAgainst = (difference: Contrast, other: string): string =>
  difference.low > 0
    ? `loses more accuracy than ${other}`
    : difference.high < 0
      ? `loses less accuracy than ${other}`
      : `loses neither clearly more nor clearly less accuracy than ${other}`;

/** The classical control, data in place of architecture: the baseline with and without shifted images, the CNN without. */
function controls(networks: readonly ShiftedNetwork[]) {
  const find = (query: Partial<Condition>) => networks.find(({ result }) => matches(result.condition, query));
  const [baseline, cnn] = [find({ head: 'dense', shift: 0 }), find({ head: 'pooled', shift: 0 })];
  const augmented = networks.find(
    ({ result: { condition } }) => condition.head === 'dense' && condition.shift > 0,
  );
  if (!baseline || !augmented || !cnn) return undefined;
  const more = lossDifference([augmented, baseline], 'zero', TRAINED);
  const left = accuracyDifference([cnn, augmented], 'zero', TRAINED);
  const still = accuracyDifference([augmented, baseline], 'zero', 0);
  return more && left && still ? { cnn, augmented, more, left, still } : undefined;
}

/**
 * The predictions on shifted training images, settled.
 *
 * @param networks trained on all images, with and without shifts
 */
export function controlPredictions(networks: readonly ShiftedNetwork[]): Prediction[] {
  const found = controls(networks);
  const less = found && negated(found.more);
  return [
    {
      text: 'P5. Trained on shifted images, the baseline loses less accuracy under a shift by 4 pixels, uncovered pixels black.',
      held: less ? isAbove(less) : null,
      because: less
        ? `lost without − lost with shifted training images: ${formatContrast(less)}`
        : NOTHING_TO_COMPARE,
    },
    {
      text: 'P6. That does not replace the architecture: on images shifted likewise, the CNN trained without shifts is still ahead of it.',
      held: found ? isAbove(found.left) : null,
      because: found
        ? `${nameOf(found.cnn)} − ${nameOf(found.augmented)}: ${formatContrast(found.left)}`
        : NOTHING_TO_COMPARE,
    },
  ];
}

/** What shifted training images bring, as a statement; undefined where there is nothing to compare. */
export function controlReading(networks: readonly ShiftedNetwork[]): Statement | undefined {
  const found = controls(networks);
  if (!found) return undefined;
  const { cnn, more, left, still } = found;
  const trained = 'the baseline trained on shifted images';
  return {
    text:
      `Under a shift by ${TRAINED} pixels, ${trained} ${losesAgainst(more, 'the one trained on images as they are')} ` +
      `(${formatContrast(more)}); on these shifted images, ${ahead(left, `${inWords(cnn.result)} trained without shifts`, trained)}. ` +
      `On unshifted images, ${ahead(still, trained, 'the one trained without shifts')}.`,
    contrasts: [more, left, still],
  };
}
