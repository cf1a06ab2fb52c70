import {
  type ConditionResult,
  comparisonsWith,
  formatContrast,
  formatPoints,
  unvaried,
} from '../analysis/index.js';
import { formatCount } from '../base/format.js';
import { generalizationGap } from '../charts/index.js';
import type { FigureOptions, Prediction, TableView } from '../notebook/show.js';
import type { Condition } from '../study/index.js';
import { baselineUnder } from './baseline.js';
import { costsReading } from './costs.js';
import { byDirection, hereOf, isAbove, orDash, recordedOf, type Sources, testBySource } from './sources.js';

/** The dense networks of one size and another, under the protocol that suits them. */
const DENSE: readonly (readonly [string, Partial<Condition>])[] = [
  ['baseline', { ...unvaried('baseline'), protocol: 'fastLowRate' }],
  ['larger dense network', { ...unvaried('dense_control'), protocol: 'fastLowRate' }],
];

const hiddenUnits = ({ records: [first] }: ConditionResult): string =>
  first!.spec.model.layers
    .flatMap((layer) => (layer.kind === 'dense' ? [layer.units] : []))
    .slice(0, -1)
    .join(', ');

/** The baseline next to a dense network of twice its size. */
export const denseTable = (sources: Sources): TableView => ({
  rows: DENSE.flatMap(([network, query]) => {
    const [here, recorded] = [hereOf(sources, query), recordedOf(sources, query)];
    const any = here ?? recorded;
    if (!any) return [];
    return [
      {
        network,
        'hidden units': hiddenUnits(any),
        parameters: formatCount(any.parameters),
        'MFLOPs per image': (any.flops / 1e6).toFixed(2),
        test: testBySource(sources.own, { here, recorded }),
        'gap, points': orDash(here, ({ gap }) => formatPoints(gap.mean)),
        'time, s': orDash(here, ({ seconds }) => seconds.mean.toFixed(1)),
      },
    ];
  }),
  align: { 'hidden units': 'left' },
  caption:
    'Two dense networks under the fast protocol at the low rate; the gap is train minus validation accuracy. ' +
    costsReading(DENSE.flatMap(([, query]) => hereOf(sources, query) ?? [])),
});

/** What a larger dense network changes. */
export function controlGain(sources: Sources) {
  const [baseline, control] = DENSE.map(([, query]) => hereOf(sources, query));
  return baseline && control
    ? { baseline, control, gain: comparisonsWith(sources.spread).difference(control, baseline) }
    : undefined;
}

/** What size alone brings a dense network. */
export function denseReading(sources: Sources): string {
  const found = controlGain(sources);
  if (!found) return 'The larger dense network has no finished run to compare.';
  const { baseline, control, gain } = found;
  const meaning = byDirection(gain, {
    above: 'Size buys some accuracy.',
    below: 'Size costs accuracy here.',
    open: 'These runs show no clear difference.',
  });
  return (
    `With ${(control.parameters / baseline.parameters).toFixed(1)} times the parameters the larger network differs from the ` +
    `baseline by ${formatContrast(gain)} of test accuracy. ${meaning}${longerReading(sources)}`
  );
}

/** The same two under the protocol that trains longer, where it was run. */
function longerReading(sources: Sources): string {
  const [baseline, control] = DENSE.map(([, query]) =>
    hereOf(sources, { ...query, protocol: 'replication' }),
  );
  if (!baseline || !control) return '';
  const gain = comparisonsWith(sources.spread).difference(control, baseline);
  return ` Under the replication protocol they differ by ${formatContrast(gain)}.`;
}

/** What counts as no way out for the dense network. */
const LITTLE = 0.02;

export function densePrediction(sources: Sources, id: string): Prediction {
  const found = controlGain(sources);
  const { low, high } = found?.gain ?? { low: Number.NaN, high: Number.NaN };
  return {
    text: `${id}. A dense network of more than twice the size gains less than ${(100 * LITTLE).toFixed(0)} points.`,
    held: high < LITTLE ? true : low > LITTLE ? false : null,
    because: found ? `larger − baseline: ${formatContrast(found.gain)}` : 'no finished runs',
  };
}

/** The networks of the classical control, and what shifted images change. */
export function augmented(sources: Sources) {
  const baseline = baselineUnder(sources, 'fastLowRate');
  const shifted = sources.here.find(({ condition }) => condition.model === 'baseline' && condition.shift > 0);
  const small = hereOf(sources, { ...unvaried('small'), protocol: 'fast' });
  if (!baseline || !shifted || !small) return undefined;
  const { difference, gapDifference } = comparisonsWith(sources.spread);
  return {
    networks: [
      { name: 'baseline', result: baseline },
      { name: 'baseline, shifted images', result: shifted },
      { name: 'small', result: small },
    ],
    pixels: shifted.condition.shift,
    bought: difference(shifted, baseline),
    lead: difference(small, baseline),
    left: difference(small, shifted),
    gapChange: gapDifference(shifted, baseline),
  };
}

/** Does data buy what the architecture gives? A sentence where the control has no finished runs. */
export function augmentationView(sources: Sources): FigureOptions | string {
  const found = augmented(sources);
  if (!found) return 'The control has no finished runs.';
  return {
    chart: generalizationGap(
      found.networks.map(({ name, result }) => ({
        model: name,
        train: result.trainAccuracy.mean,
        validation: result.validationAccuracy.mean,
      })),
    ),
    caption:
      `Does data buy what the architecture gives? Each training image is moved by up to ${found.pixels} pixels, differently in ` +
      `each epoch. It changes the baseline's gap by ${formatContrast(found.gapChange)}.`,
    alt: 'Train and validation accuracy of the baseline, with and without shifted training images, and of small.',
  };
}

/** What shifted training images bring the baseline, next to the lead of `small`. */
export function augmentationReading(sources: Sources): string {
  const found = augmented(sources);
  if (!found) return 'Nothing to read: the control has no finished runs.';
  const { bought, lead, left } = found;
  const meaning = byDirection(left, {
    above: 'In these epochs, shifted copies do not replace the architecture.',
    below: isAbove(lead)
      ? 'Shifted copies bring the baseline past `small`.'
      : 'The baseline with shifted copies is ahead of `small`, which is not clearly ahead without them either.',
    open: 'These runs show no clear difference between the two.',
  });
  return (
    `Shifted images change the test accuracy of the baseline by ${formatContrast(bought)}. Without them \`small\` differs ` +
    `from the baseline by ${formatContrast(lead)}, and from the baseline with them by ${formatContrast(left)}. ${meaning}`
  );
}

export function augmentationPrediction(sources: Sources, id: string): Prediction {
  const found = augmented(sources);
  // Where `small` has no lead there is none to catch up with.
  const isLead = found !== undefined && isAbove(found.lead) === true;
  return {
    text: `${id}. Shifted copies of its training images do not bring the baseline up to \`small\`.`,
    held: isLead ? isAbove(found.left) : null,
    because: !found
      ? 'no finished runs'
      : isLead
        ? `\`small\` − baseline with shifted images: ${formatContrast(found.left)}`
        : `without them \`small\` is not clearly ahead: ${formatContrast(found.lead)}`,
  };
}
