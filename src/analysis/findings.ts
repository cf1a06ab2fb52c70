import { mapVolumes } from '../models/index.js';
import { PUBLISHED } from '../study/index.js';
import { type Contrast, contrast, formatContrast, formatPoints } from './contrast.js';
import { difference, haveCommonSeed, lossOf, test } from './label-contrasts.js';
import type { LabelResult } from './results.js';
import type { EquivarianceExtremes } from './translation.js';

export type Verdict = 'supported' | 'refuted' | 'undecided' | 'no records';

/** What a test of a claim came to. */
export interface Finding {
  readonly verdict: Verdict;
  /** The numbers, as a sentence; Markdown. */
  readonly reading: string;
  /** What the verdict was read from, where it was read from trainings. */
  readonly contrasts?: readonly Contrast[];
  readonly results?: readonly LabelResult[];
  /** Keys of records, where they are not those of the results. */
  readonly records?: readonly string[];
}

export const NOT_RUN: Finding = { verdict: 'no records', reading: 'Not tested yet.' };

export const missing = (what: string): Finding => ({
  verdict: 'no records',
  reading: `Not decided: ${what} have no records in this profile.`,
});

/** Rounding of float32 stays below this, as a relative error of a few layers. */
const ROUNDING = 1e-4;

/** Sums of accuracies that are equal come this near to 0, not always to 0. */
const TIE = 1e-9;

/** Supported, refuted or undecided, by where the interval lies. */
export const signOf = ({ low, high }: Contrast): Verdict =>
  low > TIE ? 'supported' : high < -TIE ? 'refuted' : 'undecided';

/**
 * All must hold; one that fails refutes. With k intervals of 95 % the chance of a wrong "supported" stays below 2.5 %,
 * that of a wrong "refuted" below k times as much.
 */
export function conjunction(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('refuted')) return 'refuted';
  return verdicts.every((verdict) => verdict === 'supported') ? 'supported' : 'undecided';
}

/** What the intervals are over; of several contrasts, what the least sure one is over. */
export function unit(...contrasts: readonly Contrast[]): string {
  const { seeds, interval } = contrasts.reduce((least, other) => (other.seeds < least.seeds ? other : least));
  return interval === 'seeds'
    ? `(${seeds} seeds, interval over seeds)`
    : '(one seed, interval over images only)';
}

/** Whether something rises with each step to a wider network; a width without records leaves it undecided at best. */
export function monotone(
  widths: readonly (LabelResult | undefined)[],
  what: string,
  compare: (wider: LabelResult, narrower: LabelResult) => Contrast,
): Finding {
  const found = widths.filter((result) => result !== undefined);
  if (found.length < 2 || !haveCommonSeed(found)) return missing('the widths it compares');
  const steps = found
    .slice(1)
    .map((wider, i) => ({ from: found[i]!, to: wider, step: compare(wider, found[i]!) }));
  const told = steps
    .map(({ from, to, step }) => `${from.label} → ${to.label} ${formatContrast(step)}`)
    .join('; ');
  const contrasts = steps.map(({ step }) => step);
  const verdict = conjunction(contrasts.map(signOf));
  const whole = found.length === widths.length;
  const partial = whole
    ? ''
    : ` Only ${found.length} of ${widths.length} widths have records in this profile.`;
  return {
    verdict: verdict === 'supported' && !whole ? 'undecided' : verdict,
    reading: `Change of ${what}: ${told} ${unit(...contrasts)}.${partial}`,
    contrasts,
    results: found,
  };
}

export function diminishing(
  small: LabelResult,
  medium: LabelResult,
  big: LabelResult,
  extra: LabelResult,
): Finding {
  const first = difference(medium, small);
  const last = difference(extra, big);
  const both = contrast([test(medium, 1), test(small, -1), test(extra, -1), test(big, 1)]);
  const ratio = (a: LabelResult, b: LabelResult) => (a.parameters / b.parameters).toFixed(2);
  return {
    verdict: signOf(both),
    reading:
      `small → medium ${formatContrast(first)} for ${ratio(medium, small)} times the parameters, big → extra_big ` +
      `${formatContrast(last)} for ${ratio(extra, big)} times; the first step minus the last: ${formatContrast(both)} ${unit(both)}.`,
    contrasts: [both],
  };
}

export function beats(small: LabelResult, base: LabelResult, cifar10: boolean): Finding {
  const step = difference(small, base);
  const fewer = base.parameters / small.parameters;
  const { small: ours, baseline: theirs } = PUBLISHED;
  const gain = formatPoints(ours.testAccuracy - theirs.testAccuracy);
  const published = cifar10 ? `; published: ${gain} points` : '';
  return {
    verdict: signOf(step),
    reading: `small − baseline: ${formatContrast(step)} with ${fewer.toFixed(0)} times fewer parameters ${unit(step)}${published}.`,
    contrasts: [step],
  };
}

export function advantageLost(
  cnn: LabelResult,
  base: LabelResult,
  permutedCnn: LabelResult,
  permutedBase: LabelResult,
): Finding {
  const before = difference(cnn, base);
  const after = difference(permutedCnn, permutedBase);
  const lost = lossOf(cnn, base, permutedCnn, permutedBase);
  return {
    verdict: conjunction([signOf(before), signOf(lost)]),
    reading:
      `${cnn.label} − baseline: ${formatContrast(before)} with the images as they are, ${formatContrast(after)} with their pixels ` +
      `permuted, a loss of ${formatContrast(lost)}; same optimizer, budget of epochs and images throughout ${unit(before, lost)}.`,
    contrasts: [before, lost],
  };
}

export function localityUsed(
  cnn: LabelResult,
  base: LabelResult,
  permutedCnn: LabelResult,
  permutedBase: LabelResult,
): Finding {
  const lost = lossOf(cnn, base, permutedCnn, permutedBase);
  return {
    verdict: signOf(lost),
    reading:
      `The permutation costs ${cnn.label} ${formatContrast(difference(cnn, permutedCnn))} and the baseline ` +
      `${formatContrast(difference(base, permutedBase))}; the difference is ${formatContrast(lost)} ${unit(lost)}.`,
    contrasts: [lost],
  };
}

/** That nothing better can be achieved no run can show; one that is better refutes it. */
export function aboveBest(base: LabelResult, sister: LabelResult | undefined, cifar10: boolean): Finding {
  if (!cifar10)
    return {
      verdict: 'no records',
      reading: 'Not decided: the published figure is one on CIFAR-10.',
      results: [],
    };
  const accuracy = contrast([test(base, 1)]);
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const also = sister
    ? ` With dropout 0.3 and at most ${sister.records[0]!.spec.maxEpochs} epochs it reaches ${percent(sister.testAccuracy.mean)}.`
    : '';
  return {
    verdict: accuracy.low > PUBLISHED.baseline.testAccuracy + TIE ? 'refuted' : 'undecided',
    reading: `The same network reaches ${percent(accuracy.estimate)} [${percent(accuracy.low)}, ${percent(accuracy.high)}] ${unit(accuracy)}.${also}`,
    contrasts: [accuracy],
    results: sister ? [base, sister] : [base],
  };
}

export function equivariant(
  equivariance: (EquivarianceExtremes & { readonly record: string }) | undefined,
): Finding {
  if (!equivariance) return missing('equivariance measurements');
  const { beforePooling, afterPoolingEven, afterPoolingOdd, record } = equivariance;
  const follows = Math.max(beforePooling, afterPoolingEven) < ROUNDING;
  const relative = (error: number) => (error === 0 ? '0' : error.toExponential(1));
  return {
    // Where odd shifts change nothing either, the features may be as flat as those of a network that learned nothing.
    verdict: follows ? (afterPoolingOdd > ROUNDING ? 'supported' : 'undecided') : 'refuted',
    reading:
      `Relative error away from borders: at most ${relative(beforePooling)} before pooling; after it at most ` +
      `${relative(afterPoolingEven)} for shifts by whole windows and at least ${relative(afterPoolingOdd)} for odd ones.`,
    records: [record],
  };
}

export function volumes(): Finding {
  const values = mapVolumes().map(({ value }) => value);
  const constant = Math.max(...values) / Math.min(...values) < 1.5;
  const told = values.map((value) => value.toLocaleString('en-US')).join(' → ');
  return {
    verdict: constant ? 'supported' : 'refuted',
    reading: `Values per image, stage by stage in \`big\`: ${told}.`,
  };
}
