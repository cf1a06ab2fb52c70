import type { RunRecord } from '../training/index.js';
import { type Proportion, summarize, wilsonInterval } from './statistics.js';

/** A measured accuracy and its weight in a comparison. */
export interface ContrastTerm {
  readonly weight: number;
  /** Records of one label, one a seed. */
  readonly records: readonly RunRecord[];
  readonly of: 'test' | 'validation' | 'train';
}

/** A weighted sum of accuracies with its 95 % interval, and what the interval is over. */
export interface Contrast extends Proportion {
  /** Seeds compared; 1 means that the interval is over images. */
  readonly seeds: number;
  readonly interval: 'seeds' | 'images';
  /** Standard deviation between seeds; null for one seed. */
  readonly sd: number | null;
}

/**
 * Compares accuracies, such as CNN minus baseline (weights 1 and -1). Seeds that not every term has a finished run of
 * are left out; terms of weight 0 are ignored; terms of one and the same measurement are added up first.
 *
 * With two seeds or more the unit is the seed: the sum is taken seed by seed and the interval is Student's t over
 * seeds. All seeds share their images, so that it tells what another training would bring on these images, not what
 * other images would.
 *
 * With one seed no spread of training can be had: the interval then covers the chance choice of images only, from
 * Wilson's intervals combined by MOVER (Zou & Donner 2008; Newcombe 1998 for two terms), and another seed may well
 * fall outside. The terms are taken as independent. For train minus validation of one model they are, being of
 * different images. Two models judged on the same images are not: what is hard for one is hard for the other, so that
 * their difference varies less than that, and the interval is too wide rather than too narrow. The same holds for
 * differences of differences as long as no two models agree much more than the others do.
 *
 * @throws RangeError where no seed has a run of every term, or no term has a weight
 */
export function contrast(terms: readonly ContrastTerm[]): Contrast {
  const weighted = terms.filter(({ weight }) => weight !== 0);
  const seeds = commonSeeds(weighted);
  if (seeds.length === 0) throw new RangeError('nothing to compare: no seed has a run of every term');
  if (seeds.length > 1) {
    const sums = seeds.map((seed) =>
      weighted.reduce((sum, term) => sum + term.weight * evaluationOf(term, seed).accuracy, 0),
    );
    const { mean, low, high, sd } = summarize(sums);
    return { estimate: mean, low: low!, high: high!, seeds: seeds.length, interval: 'seeds', sd };
  }
  return { ...mover(weighted, seeds[0]!), seeds: 1, interval: 'images', sd: null };
}

/** The contrast with a constant added, such as minus a published figure. */
export const shifted = (found: Contrast, by: number): Contrast => ({
  ...found,
  estimate: found.estimate + by,
  low: found.low + by,
  high: found.high + by,
});

/** "+3.1 points [+1.2, +5.0]" */
export function formatContrast({ estimate, low, high }: Contrast): string {
  return `${formatPoints(estimate)} points [${formatPoints(low)}, ${formatPoints(high)}]`;
}

/** A difference of shares in percentage points: 0.031 as "+3.1", with a true minus sign; "0.0" where it rounds to that. */
export function formatPoints(value: number, digits = 1): string {
  const size = Math.abs(100 * value).toFixed(digits);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}

function mover(terms: readonly ContrastTerm[], seed: number): Proportion {
  let estimate = 0;
  let below = 0;
  let above = 0;
  for (const { weight, accuracy, count } of measurements(terms, seed)) {
    const { low, high } = wilsonInterval(Math.round(accuracy * count), count);
    const ends = [weight * (low - accuracy), weight * (high - accuracy)];
    estimate += weight * accuracy;
    below += Math.min(...ends) ** 2;
    above += Math.max(...ends) ** 2;
  }
  return { estimate, low: estimate - Math.sqrt(below), high: estimate + Math.sqrt(above) };
}

/** Each measurement once, with the sum of its weights: the same images judged by the same weights vary together. */
function measurements(terms: readonly ContrastTerm[], seed: number) {
  const found = new Map<string, { weight: number; accuracy: number; count: number }>();
  for (const term of terms) {
    const { accuracy, count } = evaluationOf(term, seed);
    const name = `${recordOf(term, seed).key} ${term.of}`;
    const weight = (found.get(name)?.weight ?? 0) + term.weight;
    found.set(name, { weight, accuracy, count });
  }
  return found.values();
}

const recordOf = ({ records }: ContrastTerm, seed: number): RunRecord =>
  records.find(({ spec }) => spec.seed === seed)!;

const evaluationOf = (term: ContrastTerm, seed: number) => recordOf(term, seed).results![term.of];

function commonSeeds(terms: readonly ContrastTerm[]): number[] {
  const [first, ...others] = terms.map(({ records }) =>
    records.filter(({ results }) => results).map(({ spec }) => spec.seed),
  );
  return [...new Set(first ?? [])].filter((seed) => others.every((seeds) => seeds.includes(seed)));
}
