import { formatContrast, formatPoints } from '../contrast.js';
import type { LabelResult } from '../results.js';
import { mean } from '../statistics.js';
import { type Finding, percent, signOf, unit } from './finding.js';
import { difference, haveCommonSeed } from './label-contrasts.js';

/** A network with shared weights and its twin without, trained on so many images. */
export interface SharingPair {
  readonly examples: number;
  readonly shared: LabelResult;
  readonly unshared: LabelResult;
}

/** What a trained network loses when its images move, what leaves on one side coming in on the other. */
export interface MovedNetwork {
  readonly label: string;
  /** Key of its record. */
  readonly record: string;
  /** Pixels. */
  readonly shift: number;
  /** Of accuracy, 0 to 1. */
  readonly lost: number;
}

/**
 * C9. The locally connected twin has the same windows, channels and depth; only that each position has weights of its
 * own sets it apart. What is left of its lead over the flat baseline is what locality alone brings;
 * what either loses when images move tells whether a detector serves where it was not trained.
 */
export function sharingPays(
  shared: LabelResult,
  unshared: LabelResult,
  base: LabelResult | undefined,
  bySize: readonly SharingPair[],
  moved: readonly MovedNetwork[] = [],
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
      (told.length > 0 ? ` By training size: ${told.join('; ')}.` : '') +
      toldMoved(shared.label, unshared.label, moved),
    contrasts: { 'shared − not shared': gain },
    results: [
      shared,
      unshared,
      ...(local ? [base!] : []),
      ...sizes.flatMap((pair) => [pair.shared, pair.unshared]),
    ],
  };
}

function toldMoved(shared: string, unshared: string, moved: readonly MovedNetwork[]): string {
  const [one, other] = [shared, unshared].map((label) => moved.filter((network) => network.label === label));
  if (!one?.length || !other?.length) return '';
  const lost = (networks: readonly MovedNetwork[]) =>
    formatPoints(-mean(networks.map((network) => network.lost)));
  return (
    ` Images moved by ${one[0]!.shift} pixels, what leaves on one side coming in on the other, change accuracy by ` +
    `${lost(one)} points with shared weights and by ${lost(other)} without.`
  );
}
