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
}

/**
 * Compares accuracies, such as CNN minus baseline (weights 1 and -1).
 *
 * With two seeds or more the unit is the seed: the sum is taken seed by seed and the interval is Student's t over
 * seeds. With one seed no spread of training can be had: the interval then covers the chance choice of images only,
 * from Wilson's intervals combined by MOVER (Zou & Donner 2008; Newcombe 1998 for two terms), taking the terms as
 * independent.
 */
export function contrast(terms: readonly ContrastTerm[]): Contrast {
  const seeds = commonSeeds(terms);
  if (seeds.length === 0) throw new RangeError('nothing to compare: no seed has a run of every term');
  if (seeds.length > 1) {
    const sums = seeds.map((seed) =>
      terms.reduce((sum, term) => sum + term.weight * evaluationOf(term, seed).accuracy, 0),
    );
    const { mean, low, high } = summarize(sums);
    return { estimate: mean, low: low!, high: high!, seeds: seeds.length, interval: 'seeds' };
  }
  return { ...mover(terms, seeds[0]!), seeds: 1, interval: 'images' };
}

function mover(terms: readonly ContrastTerm[], seed: number): Proportion {
  let estimate = 0;
  let below = 0;
  let above = 0;
  for (const term of terms) {
    const { accuracy, count } = evaluationOf(term, seed);
    const { low, high } = wilsonInterval(Math.round(accuracy * count), count);
    const ends = [term.weight * (low - accuracy), term.weight * (high - accuracy)];
    estimate += term.weight * accuracy;
    below += Math.min(...ends) ** 2;
    above += Math.max(...ends) ** 2;
  }
  return { estimate, low: estimate - Math.sqrt(below), high: estimate + Math.sqrt(above) };
}

function evaluationOf({ records, of }: ContrastTerm, seed: number) {
  return records.find(({ spec }) => spec.seed === seed)!.results![of];
}

function commonSeeds(terms: readonly ContrastTerm[]): number[] {
  const [first, ...others] = terms.map(({ records }) =>
    records.filter(({ results }) => results).map(({ spec }) => spec.seed),
  );
  return (first ?? []).filter((seed) => others.every((seeds) => seeds.includes(seed)));
}
