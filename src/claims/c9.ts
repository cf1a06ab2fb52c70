import {
  ASSUMED_SEED_DEVIATION,
  type ConditionResult,
  type Contrast,
  formatContrast,
  formatPoints,
  type MeasuredBySeed,
  measuredContrast,
  overImages,
  unvaried,
} from '../analysis/index.js';
import { type Claim, type Context, missing } from './claim.js';
import { together } from './networks.js';
import { basisOf, imagesOf, integer, percent } from './reading.js';
import { rule } from './rule.js';

const SHARED = unvaried('small');
const UNSHARED = { ...SHARED, sharing: false };

export const C9: Claim = {
  id: 'C9',
  statement: 'Weight sharing: a detector is useful at every position.',
  rule: rule(
    3,
    '`small` minus the same network with weights of its own at every position, test accuracy on the largest training set that ' +
      'both were trained on, is above 0.',
    'What shifted images cost either network is shown next to it, with an interval.',
  ),
  needs: { experiments: ['weightSharing', 'dataSize'], measurements: ['shifts'] },
  judge(context) {
    const { compare, profile } = context;
    const pairs = profile.dataSize.sizes.flatMap((images) => {
      const pair = together(context.find({ ...SHARED, images }), context.find({ ...UNSHARED, images }));
      return pair ? [{ shared: pair[0], unshared: pair[1] }] : [];
    });
    const most = pairs.at(-1);
    if (!most) return missing('`small` and its locally connected twin, with a seed in common,');
    const { shared, unshared } = most;
    const gain = compare.difference(shared, unshared);
    const baseline = together(
      unshared,
      context.find({ ...unvaried('baseline'), images: shared.condition.images }),
    );
    const local = baseline && compare.difference(baseline[0], baseline[1]);
    const bySize = pairs.map((pair) => ({ ...pair, gain: compare.difference(pair.shared, pair.unshared) }));
    const shift = shiftLosses(context, shared, unshared);
    return {
      support: gain.p.above,
      against: gain.p.below,
      reading:
        `On ${imagesOf(shared)} \`small\` with shared weights (${described(shared)}) − without (${described(unshared)}): ` +
        `${formatContrast(gain)} ${basisOf(gain)}.` +
        (local ? ` Without sharing it differs from the baseline by ${formatContrast(local)}.` : '') +
        (pairs.length > 1
          ? ` By training-set size: ${bySize.map((pair) => `${imagesOf(pair.shared)} ${formatContrast(pair.gain)}`).join('; ')}.`
          : '') +
        (shift ? ` ${shift.reading}` : ''),
      contrasts: { 'shared − not shared': gain },
      context: {
        ...Object.fromEntries(
          bySize.map((pair) => [`shared − not shared, ${imagesOf(pair.shared)}`, pair.gain]),
        ),
        ...(local && { 'not shared − baseline': local }),
        ...(shift && { 'lost under shift, not shared − shared': shift.difference }),
      },
      results: [...pairs.flatMap((pair) => [pair.shared, pair.unshared]), ...(baseline ? [baseline[1]] : [])],
    };
  },
};

const described = ({ parameters, testAccuracy, gap }: ConditionResult): string =>
  `${integer(parameters)} parameters, test ${percent(testAccuracy.mean)}, gap ${formatPoints(gap.mean)}`;

/** What either network loses under the largest shift measured, and the paired difference. */
function shiftLosses(
  context: Context,
  shared: ConditionResult,
  unshared: ConditionResult,
): { readonly reading: string; readonly difference: Contrast } | undefined {
  const measured = context.measured(shared, 'shifts').flatMap((own) => {
    const twin = context.measured(unshared, 'shifts').find(({ seed }) => seed === own.seed);
    return twin ? [{ seed: own.seed, own: own.value, twin: twin.value }] : [];
  });
  const [first] = measured;
  if (!first) return undefined;
  const over = (pick: (run: (typeof measured)[number]) => readonly number[], answers: number) =>
    measuredContrast(
      measured.map((run): MeasuredBySeed => ({ seed: run.seed, ...overImages(pick(run)) })),
      // A loss is a difference of two accuracies, whose seeds vary independently at worst.
      { assumedDeviation: Math.sqrt(answers) * ASSUMED_SEED_DEVIATION, answers },
    );
  const own = over((run) => Array.from(run.own.loss), 2);
  const twin = over((run) => Array.from(run.twin.loss), 2);
  const difference = over((run) => {
    const images = Math.min(run.own.loss.length, run.twin.loss.length);
    return Array.from({ length: images }, (_, i) => run.twin.loss[i]! - run.own.loss[i]!);
  }, 4);
  const reading =
    `Images shifted by ${first.own.shift} pixels, what leaves on one side coming in on the other, change accuracy by ` +
    `${formatPoints(-own.estimate)} points with shared weights and by ${formatPoints(-twin.estimate)} without; the ` +
    `difference of the two is ${formatContrast(difference)}.`;
  return { reading, difference };
}
