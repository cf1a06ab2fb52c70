import { type Contrast, contrast, formatContrast } from '../contrast.js';
import type { LabelResult } from '../results.js';
import { conjunction, type Finding, missing, signOf, unit } from './finding.js';
import { difference, haveCommonSeed, test } from './label-contrasts.js';

/** C1, C3: whether something rises with each step to a wider network; a width without records leaves it undecided at best. */
export function monotone(
  widths: readonly (LabelResult | undefined)[],
  what: string,
  compare: (wider: LabelResult, narrower: LabelResult) => Contrast,
): Finding {
  const found = widths.filter((result) => result !== undefined);
  if (found.length < 2 || !haveCommonSeed(found)) return missing('the widths it compares');
  const steps = found.slice(1).map((wider, i) => {
    const narrower = found[i]!;
    return [`${narrower.label} → ${wider.label}`, compare(wider, narrower)] as const;
  });
  const told = steps.map(([name, step]) => `${name} ${formatContrast(step)}`).join('; ');
  const contrasts = steps.map(([, step]) => step);
  const verdict = conjunction(contrasts.map(signOf));
  const whole = found.length === widths.length;
  const partial = whole
    ? ''
    : ` Only ${found.length} of ${widths.length} widths have records in this profile.`;
  return {
    verdict: verdict === 'supported' && !whole ? 'undecided' : verdict,
    reading: `Change of ${what}: ${told} ${unit(...contrasts)}.${partial}`,
    contrasts: Object.fromEntries(steps),
    results: found,
  };
}

/** C2. */
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
    contrasts: { 'first step − last step': both },
  };
}
