import {
  anyOf,
  type ConditionResult,
  type Contrast,
  commonSeeds,
  formatContrast,
  formatPoints,
  overSeeds,
  unvaried,
} from '../analysis/index.js';
import { PUBLISHED } from '../study/index.js';
import { type Claim, type Context, type Finding, missing } from './claim.js';
import { sweep, together } from './networks.js';
import { basisOf, integer, percent } from './reading.js';
import { rule } from './rule.js';

const WITH_DROPOUT = { ...unvaried('baseline'), dropout: 0.3 };

export const C7: Claim = {
  id: 'C7',
  statement:
    'The published dense baseline (0.3993) is the best achievable when spatial structure is discarded.',
  rule: rule(
    3,
    'Test accuracy on CIFAR-10 of the same baseline, and of another dense network: refuted if one of the two is above 0.3993. No ' +
      'run can support it.',
    'On other data it is not applicable, since the published figure is one on CIFAR-10.',
  ),
  needs: { experiments: ['baselineSettings', 'denseControl'], measurements: [] },
  judge(context) {
    if (!context.cifar10)
      return { settled: 'not applicable', reading: 'The published figure is one on CIFAR-10.' };
    const baseline = sweep(context, 'baseline');
    if (!baseline) return missing('runs of the baseline');
    const control = context.find({ model: 'dense_control', shift: 0, images: context.profile.images });
    const [own, other] = together(baseline, control) ?? [baseline, undefined];
    return abovePublished(context, own, other);
  },
};

/** The baseline in another setting, or another dense network. */
interface Other {
  readonly name: string;
  readonly result: ConditionResult;
}

function abovePublished(
  { find, profile, compare }: Context,
  baseline: ConditionResult,
  control: ConditionResult | undefined,
): Finding {
  const { images } = profile;
  const seven = { protocol: 'sevenEpochs' } as const;
  // 20 % of the images validate in those repetitions, where there are enough.
  const wanted: [string, ConditionResult | undefined][] = [
    ['dropout 0.3', find({ ...WITH_DROPOUT, images })],
    ['7 epochs', find({ ...unvaried('baseline'), ...seven, images })],
    ['dropout 0.3 and 7 epochs', find({ ...WITH_DROPOUT, ...seven, images })],
  ];
  const settings = wanted.flatMap(([name, result]) => withSeedsOf(baseline, name, result));
  const published = PUBLISHED.baseline.testAccuracy;
  const margin = (result: ConditionResult) =>
    compare.contrast([{ weight: 1, result, of: 'test' }], published);
  const contrasts: Record<string, Contrast> = {
    'baseline − published': margin(baseline),
    ...(control && { 'another dense network − published': margin(control) }),
  };
  const change = ({ result }: Other) => compare.difference(result, baseline);
  const another = control && { name: 'another dense network', result: control };
  const others = [...settings, ...(another ? [another] : [])];
  return {
    support: 1,
    against: anyOf(Object.values(contrasts).map(({ p }) => p.above)),
    reading: [
      `The same network reaches ${percent(baseline.testAccuracy.mean)}, ${formatContrast(contrasts['baseline − published']!)} from the published figure ${basisOf(...Object.values(contrasts))}.`,
      ...(another ? [controlReading(another.result, change(another))] : []),
      ...(settings.length > 0 ? [settingsReading(baseline, settings, change)] : []),
    ].join(' '),
    contrasts,
    context: Object.fromEntries(others.map((other) => [`${other.name} − baseline`, change(other)])),
    results: [baseline, ...others.map(({ result }) => result)],
  };
}

/** Over the seeds of the baseline's runs, all of which it must have. */
function withSeedsOf(baseline: ConditionResult, name: string, result: ConditionResult | undefined): Other[] {
  const seeds = commonSeeds([baseline]);
  const complete = result && seeds.every((seed) => commonSeeds([result]).includes(seed));
  return complete ? [{ name, result: overSeeds(result, seeds) }] : [];
}

const controlReading = (control: ConditionResult, change: Contrast): string =>
  `Another dense network, of ${integer(control.parameters)} parameters, reaches ${percent(control.testAccuracy.mean)}, ` +
  `${formatContrast(change)} from the baseline.`;

/** Each setting with what it changes, and the one nearest to the published figure. */
function settingsReading(
  baseline: ConditionResult,
  settings: readonly Other[],
  change: (other: Other) => Contrast,
): string {
  const published = PUBLISHED.baseline.testAccuracy;
  const off = ({ result }: Other) => result.testAccuracy.mean - published;
  const all = [{ name: 'neither', result: baseline }, ...settings];
  const nearest = all.reduce((best, other) => (Math.abs(off(other)) < Math.abs(off(best)) ? other : best));
  const shown = settings.map(
    (setting) =>
      `${setting.name}: ${percent(setting.result.testAccuracy.mean)} (${formatContrast(change(setting))})`,
  );
  return (
    `The baseline with ${shown.join('; with ')}. Nearest to the published ${(100 * published).toFixed(2)} % is ` +
    `${nearest.name}, ${formatPoints(off(nearest))} points from it.`
  );
}
