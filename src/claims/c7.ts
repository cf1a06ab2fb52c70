import {
  anyOf,
  type ConditionResult,
  type Contrast,
  commonSeeds,
  formatContrast,
  formatPoints,
  overSeeds,
  term,
  unvaried,
} from '../analysis/index.js';
import { formatCount } from '../base/format.js';
import { PUBLISHED } from '../study/index.js';
import { type Claim, type Context, type Finding, missing } from './claim.js';
import { rivalProtocols, sweep, together } from './networks.js';
import { basisOf, percent } from './reading.js';
import { rule } from './rule.js';

export const C7: Claim = {
  id: 'C7',
  statement:
    'The published dense baseline (0.3993) is the best achievable when spatial structure is discarded.',
  rule: rule(
    3,
    'Test accuracy on CIFAR-10 of the same baseline, under the protocol and at the learning rate that dense networks want, and of ' +
      'another dense network: refuted if one of them is above 0.3993. No run can support it.',
    'The low rate is new. On other data the claim is not applicable, since the published figure is one on CIFAR-10.',
  ),
  needs: { experiments: ['filterSweep', 'baselineSettings', 'denseControl'], measurements: [] },
  judge(context) {
    if (!context.cifar10)
      return { settled: 'not applicable', reading: 'The published figure is one on CIFAR-10.' };
    const baseline = sweep(context, 'baseline');
    if (!baseline) return missing('the baseline');
    const networks = [{ name: 'baseline', result: baseline }, ...others(context)];
    const shared = together(...networks.map(({ result }) => result));
    const compared = shared
      ? networks.map(({ name }, i) => ({ name, result: shared[i]! }))
      : networks.slice(0, 1);
    return abovePublished(context, compared);
  },
};

/** A dense network, or the baseline in another setting. */
interface Dense {
  readonly name: string;
  readonly result: ConditionResult;
}

/** The dense networks that may be better than the baseline under the protocol. */
function others({ find, profile: { images }, ...context }: Context): Dense[] {
  const [, ...variants] = rivalProtocols(context);
  const { protocol } = rivalProtocols(context).at(-1)!;
  const wanted: [string, ConditionResult | undefined][] = [
    ...variants.map((how): [string, ConditionResult | undefined] => [
      `baseline${how.suffix}`,
      find({ ...unvaried('baseline'), protocol: how.protocol, images }),
    ]),
    ['another dense network', find({ ...unvaried('dense_control'), protocol, images })],
  ];
  return wanted.flatMap(([name, result]) => (result ? [{ name, result }] : []));
}

/** @param networks the baseline first, all over the same seeds */
function abovePublished(context: Context, networks: readonly Dense[]): Finding {
  const { difference, contrast } = context.compare;
  const published = PUBLISHED.baseline.testAccuracy;
  const [baseline] = networks as readonly [Dense, ...Dense[]];
  const contrasts: Record<string, Contrast> = Object.fromEntries(
    networks.map(({ name, result }) => [`${name} − published`, contrast([term(result, 1)], published)]),
  );
  const settings = settingsOf(context, baseline.result);
  const change = ({ result }: Dense) => difference(result, baseline.result);
  const shown = networks.map(
    ({ name, result }) =>
      `${name}, ${formatCount(result.parameters)} parameters: ${percent(result.testAccuracy.mean)}, ` +
      `${formatContrast(contrasts[`${name} − published`]!)} from the published figure`,
  );
  return {
    support: 1,
    against: anyOf(Object.values(contrasts).map(({ p }) => p.above)),
    seedsDecide: Object.values(contrasts).some(({ estimate }) => estimate > 0),
    reading: [
      `Test accuracy: ${shown.join('; ')} ${basisOf(...Object.values(contrasts))}.`,
      ...(settings.length > 0 ? [settingsReading(networks, settings, change)] : []),
    ].join(' '),
    contrasts,
    context: Object.fromEntries(
      [...networks.slice(1), ...settings].map((other) => [`${other.name} − baseline`, change(other)]),
    ),
    results: [...networks, ...settings].map(({ result }) => result),
  };
}

/** The baseline with the dropout and the epochs of public repetitions, over the seeds of the one it is compared with. */
function settingsOf({ find, profile: { images } }: Context, baseline: ConditionResult): Dense[] {
  const usual = { ...unvaried('baseline'), images };
  const withDropout = { ...usual, dropout: 0.3 };
  const seven = { protocol: 'sevenEpochs' } as const;
  const seeds = commonSeeds([baseline]);
  const wanted: [string, ConditionResult | undefined][] = [
    ['dropout 0.3', find(withDropout)],
    ['7 epochs', find({ ...usual, ...seven })],
    ['dropout 0.3 and 7 epochs', find({ ...withDropout, ...seven })],
  ];
  return wanted.flatMap(([name, result]) =>
    result && seeds.every((seed) => commonSeeds([result]).includes(seed))
      ? [{ name, result: overSeeds(result, seeds) }]
      : [],
  );
}

/** Each setting with what it changes, and what is nearest to the published figure. */
function settingsReading(
  networks: readonly Dense[],
  settings: readonly Dense[],
  change: (other: Dense) => Contrast,
): string {
  const published = PUBLISHED.baseline.testAccuracy;
  const off = ({ result }: Dense) => result.testAccuracy.mean - published;
  const all = [
    ...networks,
    ...settings.map(({ name, result }) => ({ name: `baseline with ${name}`, result })),
  ];
  const nearest = all.reduce((best, other) => (Math.abs(off(other)) < Math.abs(off(best)) ? other : best));
  const shown = settings.map(
    (setting) =>
      `${setting.name}: ${percent(setting.result.testAccuracy.mean)} (${formatContrast(change(setting))})`,
  );
  return (
    `The baseline with ${shown.join('; with ')}. Nearest to the published ${(100 * published).toFixed(2)} %: ` +
    `${nearest.name}, ${formatPoints(off(nearest))} points from it.`
  );
}
