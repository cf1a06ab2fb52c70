import {
  ASSUMED_SEED_DEVIATION,
  bestByValidation,
  type ConditionResult,
  type Contrast,
  formatContrast,
  formatPoints,
  type MeasuredBySeed,
  mean,
  measuredContrast,
  unvaried,
} from '../analysis/index.js';
import { formatCount } from '../base/format.js';
import { type ShiftMeasurement, shiftLossDifference } from '../lab/index.js';
import { type Claim, type Context, everyAbove, missing } from './claim.js';
import { atBetterRate, incompleteReading, sharingPairs, together, withRivals } from './networks.js';
import { basisOf, imagesOf, percent } from './reading.js';
import { rule } from './rule.js';

const UNSHARED = { ...unvaried('small'), sharing: false };

export const C9: Claim = {
  id: 'C9',
  statement: 'Weight sharing: a detector is useful at every position.',
  rule: rule(
    4,
    '`small` minus the same network with weights of its own at every position, test accuracy on the largest training set that ' +
      'both were trained on, under one protocol, and minus that network at the middle rate, which it wants: supported if both are above ' +
      '0, refuted if one is below.',
    'The middle rate replaces the low one, which suits dense networks: by validation the locally connected network wants the former. What shifted images cost either network is shown next to it, with an interval.',
    '2026-11-26',
  ),
  needs: { experiments: ['weightSharing', 'dataSize'], measurements: ['shifts'] },
  judge(context) {
    const { compare } = context;
    const pairs = sharingPairs(context);
    const images = pairs.at(-1)?.shared.condition.images;
    const compared =
      pairs.at(-1) && withRivals(context, { ...UNSHARED, images: images! }, pairs.at(-1)?.shared);
    if (!compared) return missing('`small` and its locally connected twin with a seed in common');
    const { results, rivals, complete } = compared;
    const [shared] = results;
    const unshared = bestByValidation(rivals.map(({ result }) => result))!;
    const gains = rivals.map(({ result, suffix }) => ({
      name: `shared − not shared${suffix}`,
      result,
      gain: compare.difference(shared, result),
    }));
    const baseline = together(unshared, atBetterRate(context, { ...unvaried('baseline'), images: images! }));
    const local = baseline && compare.difference(baseline[0], baseline[1]);
    const bySize = pairs.map((pair) => ({ ...pair, gain: compare.difference(pair.shared, pair.unshared) }));
    const shift = shiftLosses(context, shared, unshared);
    const shown = gains.map(
      ({ name, result, gain }) => `${name} (${described(result)}): ${formatContrast(gain)}`,
    );
    return {
      ...everyAbove(Object.fromEntries(gains.map(({ name, gain }) => [name, gain])), complete),
      reading:
        `\`small\` on ${imagesOf(shared)} with shared weights (${described(shared)}): ${shown.join('; ')} ` +
        `${basisOf(...gains.map(({ gain }) => gain))}.` +
        (local
          ? ` At their better rates, the network without sharing differs from the baseline by ${formatContrast(local)}.`
          : '') +
        (pairs.length > 1
          ? ` By training-set size, the latter at the better of its rates: ${bySize.map((pair) => `${imagesOf(pair.shared)} ${formatContrast(pair.gain)}`).join('; ')}.`
          : '') +
        (shift ? ` ${shift.reading}` : '') +
        incompleteReading(complete),
      context: {
        ...Object.fromEntries(
          bySize.map((pair) => [`shared − not shared, ${imagesOf(pair.shared)}`, pair.gain]),
        ),
        ...(local && { 'not shared − baseline': local }),
        ...(shift && { 'lost under shift, not shared − shared': shift.difference }),
      },
      results: [
        ...pairs.flatMap((pair) => [pair.shared, pair.unshared]),
        ...rivals.map(({ result }) => result),
        ...(baseline ? [baseline[1]] : []),
      ],
    };
  },
};

const described = ({ parameters, testAccuracy, gap }: ConditionResult): string =>
  `${formatCount(parameters)} parameters, test ${percent(testAccuracy.mean)}, gap ${formatPoints(gap.mean)}`;

/** What either network loses under the largest shift measured, and the difference, paired image by image. */
function shiftLosses(
  context: Context,
  shared: ConditionResult,
  unshared: ConditionResult,
): { readonly reading: string; readonly difference: Contrast } | undefined {
  const measured = context.measured(shared, 'shifts').flatMap(({ seed, value: own }) => {
    const twin = context.measured(unshared, 'shifts').find((run) => run.seed === seed)?.value;
    return twin ? [{ seed, own, twin }] : [];
  });
  if (measured.length === 0) return undefined;
  const { shift } = measured[0]!.own.rows.at(-1)!;
  const lossOf = ({ rows }: ShiftMeasurement) =>
    mean(rows.filter((row) => row.shift === shift).map((row) => row.loss.mean));
  const points = (pick: (run: (typeof measured)[number]) => ShiftMeasurement) =>
    formatPoints(-mean(measured.map((run) => lossOf(pick(run)))));
  const difference = measuredContrast(
    measured.map(({ seed, own, twin }): MeasuredBySeed => {
      const { mean, sd, n } = shiftLossDifference(twin, own, shift);
      return { seed, mean, sd: sd ?? 0, n };
    }),
    // A difference of two losses, each a difference of two accuracies whose seeds vary independently at worst.
    { assumedDeviation: 2 * ASSUMED_SEED_DEVIATION, answers: 4 },
  );
  const reading =
    `Images shifted by ${shift} pixels, what leaves on one side coming in on the other, change accuracy by ` +
    `${points(({ own }) => own)} points with shared weights and by ${points(({ twin }) => twin)} without; the difference of the ` +
    `two is ${formatContrast(difference)}.`;
  return { reading, difference };
}
