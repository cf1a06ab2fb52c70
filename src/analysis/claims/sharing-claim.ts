import { formatContrast, formatPoints } from '../contrast.js';
import type { LabelResult } from '../results.js';
import { mean } from '../statistics.js';
import { type Finding, missing, percent, signOf, unit } from './finding.js';
import { difference, haveCommonSeed } from './label-contrasts.js';

/** A network with shared weights and its twin without, trained on so many images; and the flat one beside them. */
export interface SharingPair {
  readonly examples: number;
  readonly shared: LabelResult;
  readonly unshared: LabelResult;
  readonly base: LabelResult | undefined;
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
 * own sets it apart. What is left of its lead over the flat baseline is what locality alone brings; what either loses when
 * images move tells whether a detector serves where it was not trained.
 *
 * @param bySize few images to many; the largest size decides
 */
export function sharingPays(bySize: readonly SharingPair[], moved: readonly MovedNetwork[] = []): Finding {
  const pairs = bySize.filter((pair) => haveCommonSeed([pair.shared, pair.unshared]));
  const most = pairs.at(-1);
  if (!most) return missing('a network and its twin without sharing, with a seed in common,');
  const { shared, unshared, base } = most;
  const gain = difference(shared, unshared);
  const local = base && haveCommonSeed([unshared, base]) ? difference(unshared, base) : undefined;
  const told = pairs.map(
    (pair) => `${images(pair)}: ${formatContrast(difference(pair.shared, pair.unshared))}`,
  );
  return {
    verdict: signOf(gain),
    reading:
      `On ${images(most)} \`small\` with shared weights (${reached(shared)}) − without (${reached(unshared)}): ` +
      `${formatContrast(gain)} ${unit(gain)}.` +
      (local ? ` Without sharing it differs from the baseline by ${formatContrast(local)}.` : '') +
      (told.length > 1 ? ` By training size: ${told.join('; ')}.` : '') +
      toldMoved(shared.label, unshared.label, moved),
    contrasts: { 'shared − not shared': gain },
    results: [...(local ? [base!] : []), ...pairs.flatMap((pair) => [pair.shared, pair.unshared])],
  };
}

const images = ({ examples }: SharingPair) => `${examples.toLocaleString('en-US')} images`;

const reached = ({ parameters, testAccuracy, gap }: LabelResult) =>
  `${parameters.toLocaleString('en-US')} parameters, test ${percent(testAccuracy.mean)}, gap ${formatPoints(gap.mean)}`;

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
