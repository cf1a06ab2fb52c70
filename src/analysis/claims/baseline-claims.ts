import { PUBLISHED } from '../../study/index.js';
import { type Contrast, contrast, formatContrast, formatPoints, shifted } from '../contrast.js';
import type { LabelResult } from '../results.js';
import { type Finding, percent, signOf, unit, type Verdict } from './finding.js';
import { difference, haveCommonSeed, test } from './label-contrasts.js';

/** C4. */
export function beats(small: LabelResult, base: LabelResult, cifar10: boolean): Finding {
  const step = difference(small, base);
  const fewer = base.parameters / small.parameters;
  const { small: ours, baseline: theirs } = PUBLISHED;
  const gain = formatPoints(ours.testAccuracy - theirs.testAccuracy);
  const published = cifar10 ? `; published: ${gain} points` : '';
  return {
    verdict: signOf(step),
    reading: `small − baseline: ${formatContrast(step)} with ${fewer.toFixed(0)} times fewer parameters ${unit(step)}${published}.`,
    contrasts: { 'small − baseline': step },
  };
}

/** The dense baseline in other settings, and a larger flat network; what has no records is absent. */
export interface FlatNetworks {
  /** Dropout 0.3 after both hidden layers, on the same budget. */
  readonly dropout: LabelResult | undefined;
  /** No dropout, at most 7 epochs. */
  readonly short: LabelResult | undefined;
  /** Both at once: what sister projects of the original did. */
  readonly sister: LabelResult | undefined;
  readonly control: LabelResult | undefined;
  /** The baseline on the control's images and budget. */
  readonly beside: LabelResult | undefined;
}

/**
 * C7. That nothing better can be achieved no run can show; a flat network that is better refutes it: the same one, or the
 * control. Which setting explains the published figure is told by which comes nearest to it, and by what each costs.
 */
export function aboveBest(base: LabelResult, others: FlatNetworks, cifar10: boolean): Finding {
  if (!cifar10)
    return {
      verdict: 'no records',
      reading: 'Not decided: the published figure is one on CIFAR-10.',
      results: [],
    };
  const { control } = others;
  const accuracy = contrast([test(base, 1)]);
  const margins = Object.fromEntries(
    [base, control].flatMap((result) => (result ? [[`${result.label} − published`, marginOf(result)]] : [])),
  );
  const interval = `[${percent(accuracy.low)}, ${percent(accuracy.high)}]`;
  const told = [
    `The same network reaches ${percent(accuracy.estimate)} ${interval} ${unit(accuracy)}.`,
    control && controlTold(control, others.beside),
    settingsTold(base, others),
  ];
  return {
    verdict: refutedByAny(Object.values(margins)),
    reading: told.filter(Boolean).join(' '),
    contrasts: margins,
    results: [base, ...Object.values(others)].filter((result) => result !== undefined),
  };
}

const marginOf = (result: LabelResult): Contrast =>
  shifted(contrast([test(result, 1)]), -PUBLISHED.baseline.testAccuracy);

const refutedByAny = (margins: readonly Contrast[]): Verdict =>
  margins.some((margin) => signOf(margin) === 'supported') ? 'refuted' : 'undecided';

function controlTold(control: LabelResult, beside: LabelResult | undefined): string {
  const comparable = beside && haveCommonSeed([control, beside]);
  const more = comparable ? `: ${formatContrast(difference(control, beside))} against this one there` : '';
  const [size, examples] = [control.parameters, control.records[0]!.results!.train.count].map((count) =>
    count.toLocaleString('en-US'),
  );
  return `Another flat network, of ${size} parameters on ${examples} images, reaches ${percent(control.testAccuracy.mean)}${more}.`;
}

/** Each setting with what it changes, and the one that lands nearest to the published figure. */
function settingsTold(base: LabelResult, { dropout, short, sister }: FlatNetworks): string {
  const epochs = (short ?? sister)?.records[0]?.spec.maxEpochs;
  const settings = [
    { name: 'dropout 0.3', result: dropout },
    { name: `at most ${epochs} epochs`, result: short },
    { name: `dropout 0.3 and at most ${epochs} epochs`, result: sister },
  ].flatMap(({ name, result }) => (result ? [{ name, result }] : []));
  if (settings.length === 0) return '';
  const told = settings.map(({ name, result }) => {
    const change = haveCommonSeed([result, base]) ? ` (${formatContrast(difference(result, base))})` : '';
    return `with ${name} it reaches ${percent(result.testAccuracy.mean)}${change}`;
  });
  const published = PUBLISHED.baseline.testAccuracy;
  const away = ({ testAccuracy }: LabelResult) => Math.abs(testAccuracy.mean - published);
  const all = [{ name: 'neither', result: base }, ...settings];
  const nearest = all.reduce((best, other) => (away(other.result) < away(best.result) ? other : best));
  const sentence = told.join(', ');
  return (
    `${sentence[0]!.toUpperCase()}${sentence.slice(1)}; nearest to the published ${(100 * published).toFixed(2)} % ` +
    `comes ${nearest.name}, ${formatPoints(nearest.result.testAccuracy.mean - published)} points off.`
  );
}
