import { type Contrast, contrast, formatContrast, shifted } from '../contrast.js';
import type { LabelResult } from '../results.js';
import { conjunction, type Finding, percent, signOf, unit } from './finding.js';
import { difference, gap, gapOf } from './label-contrasts.js';

/** One network trained with dropout 0, 0.3 and 0.5 in its head. */
export interface DropoutRates {
  readonly model: string;
  readonly none: LabelResult;
  readonly some: LabelResult;
  readonly more: LabelResult;
}

/**
 * C5. What dropout 0.3 takes off the generalization gap is told as a share of the gap without it: wide networks have more
 * gap to take from, so that points would compare unlike things. The share of a gap that is not clearly there means
 * nothing, and leaves the claim undecided.
 */
export function dropoutWeakens(narrow: DropoutRates, wide: DropoutRates): Finding {
  const gaps = { [narrow.model]: gapOf(narrow.none), [wide.model]: gapOf(wide.none) };
  const measurable = Object.values(gaps).every((found) => signOf(found) === 'supported');
  const weaker = measurable ? lessOfTheGap(narrow, wide) : undefined;
  const gain = difference(wide.more, wide.some);
  const told = [narrow, wide].map((rates) => {
    const share = weaker ? `, ${percent(1 - leftOver(rates))} of it` : '';
    const taken = contrast([...gap(rates.none, 1), ...gap(rates.some, -1)]);
    return `${rates.model}: ${formatContrast(taken)} of ${formatContrast(gapOf(rates.none))}${share}`;
  });
  const fall = weaker
    ? `; the share falls by ${formatContrast(weaker)}`
    : '; a gap that is not clearly above 0 has no share to take';
  const contrasts = {
    ...(weaker ? { [`share taken in ${narrow.model} − in ${wide.model}`]: weaker } : gaps),
    [`${wide.model}: dropout 0.5 − 0.3`]: gain,
  };
  return {
    verdict: conjunction([weaker ? signOf(weaker) : 'undecided', signOf(gain)]),
    reading:
      `What dropout 0.3 takes off the gap: ${told.join('; ')}${fall}. On ${wide.model}, 0.5 in place of 0.3 changes test ` +
      `accuracy by ${formatContrast(gain)} ${unit(...Object.values(contrasts))}.`,
    contrasts,
  };
}

/** Share of the gap without dropout that is left with 0.3. */
const leftOver = ({ none, some }: DropoutRates): number => gapOf(some).estimate / gapOf(none).estimate;

/**
 * How much smaller the share is that dropout takes in the wide network: a difference of two ratios, with the interval of
 * its linearization at the estimates (the delta method).
 */
function lessOfTheGap(narrow: DropoutRates, wide: DropoutRates): Contrast {
  const terms = (rates: DropoutRates, sign: 1 | -1) => {
    const whole = gapOf(rates.none).estimate;
    return [...gap(rates.some, sign / whole), ...gap(rates.none, (-sign * leftOver(rates)) / whole)];
  };
  const linear = contrast([...terms(wide, 1), ...terms(narrow, -1)]);
  return shifted(linear, leftOver(wide) - leftOver(narrow));
}
