import { formatContrast } from './contrast.js';
import { type Finding, percent, signOf, unit } from './finding.js';
import { difference, haveCommonSeed } from './label-contrasts.js';
import type { LabelResult } from './results.js';

/** A network with shared weights and its twin without, trained on so many images. */
export interface SharingPair {
  readonly examples: number;
  readonly shared: LabelResult;
  readonly unshared: LabelResult;
}

/**
 * C9. The locally connected twin has the same windows, channels and depth; only that each position has weights of its
 * own sets it apart. What is left of its lead over the flat baseline is what locality alone brings.
 */
export function sharingPays(
  shared: LabelResult,
  unshared: LabelResult,
  base: LabelResult | undefined,
  bySize: readonly SharingPair[],
): Finding {
  const gain = difference(shared, unshared);
  const local = base && haveCommonSeed([unshared, base]) ? difference(unshared, base) : undefined;
  const sizes = bySize.filter((pair) => haveCommonSeed([pair.shared, pair.unshared]));
  const count = ({ parameters }: LabelResult) => parameters.toLocaleString('en-US');
  const told = sizes.map(
    (pair) =>
      `${pair.examples.toLocaleString('en-US')} images: ${formatContrast(difference(pair.shared, pair.unshared))}`,
  );
  return {
    verdict: signOf(gain),
    reading:
      `${shared.label} with shared weights (${count(shared)} parameters) reaches ${percent(shared.testAccuracy.mean)}, without ` +
      `(${count(unshared)}) ${percent(unshared.testAccuracy.mean)}: ${formatContrast(gain)} ${unit(gain)}.` +
      (local ? ` Without sharing it still differs from the baseline by ${formatContrast(local)}.` : '') +
      (told.length > 0 ? ` By training size: ${told.join('; ')}.` : ''),
    contrasts: { 'shared − not shared': gain },
    results: [
      shared,
      unshared,
      ...(local ? [base!] : []),
      ...sizes.flatMap((pair) => [pair.shared, pair.unshared]),
    ],
  };
}
