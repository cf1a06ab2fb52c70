import { WhyconvError } from '../base/errors.js';
import { random, shuffle } from '../base/random.js';

/** A set of labeled images in two parts without an image in common. */
export interface Split {
  /** Indices into the labels, ascending. */
  readonly train: Uint32Array;
  /** The same, of the images held out. */
  readonly validation: Uint32Array;
}

/**
 * Sets `validation` images (a count) aside, each class in proportion to its share; what is left over by rounding goes to
 * the classes with the largest remainders, ties to the lower class. Disjoint, complete, fixed by the seed.
 *
 * @throws WhyconvError where `validation` is no whole number from 0 to the number of labels
 * @example
 * ```ts
 * import { stratifiedSplit } from 'whyconv';
 *
 * const labels = Uint8Array.of(0, 0, 0, 1, 1, 1);
 * const { train, validation } = stratifiedSplit(labels, { validation: 2, seed: 0 });
 * [...validation].map((i) => labels[i]); // => [0, 1]
 * train.length; // => 4
 * stratifiedSplit(labels, { validation: 7, seed: 0 }); // throws WhyconvError: a split asks for images there are not
 * ```
 */
export function stratifiedSplit(
  labels: Uint8Array,
  { validation, seed }: { validation: number; seed: number },
): Split {
  requireCount('validation', validation, labels.length);
  return splitByQuotas(labels, (sizes) => largestRemainder(sizes, validation), seed);
}

/** Sets as many images of each class aside as `quotasOf` says, given the sizes of the classes that occur. Fixed by the seed. */
export function splitByQuotas(
  labels: Uint8Array,
  quotasOf: (sizes: readonly number[]) => readonly number[],
  seed: number,
): Split {
  const members = byClass(labels, Uint32Array.from(labels.keys()));
  const quotas = quotasOf([...members.values()].map((m) => m.length));
  const aside: number[] = [];
  const rest: number[] = [];
  for (const [position, [label, indices]] of [...members].entries()) {
    const shuffled = shuffle(indices, random(seed, 'split', label));
    const quota = quotas[position]!;
    for (const [i, index] of shuffled.entries()) (i < quota ? aside : rest).push(index);
  }
  return { train: Uint32Array.from(rest).sort(), validation: Uint32Array.from(aside).sort() };
}

/**
 * `size` of the given indices, the classes in proportion. Nested: with the same indices and seed a smaller subset is part of
 * every larger one, so a learning curve adds images and changes none. (Largest remainders would not do: adding a seat can take
 * one from a class. Here the i-th of n members of a class comes at time (i + 1/2)/n, which is Webster's method.)
 *
 * @throws WhyconvError where `size` is no whole number from 0 to the number of indices
 * @example
 * ```ts
 * import { stratifiedSubset } from 'whyconv';
 *
 * const labels = Uint8Array.of(0, 0, 0, 1, 1, 1);
 * const all = Uint32Array.of(0, 1, 2, 3, 4, 5);
 * const few = stratifiedSubset(labels, all, 4, 0);
 * [...few].map((i) => labels[i]); // => [0, 0, 1, 1]
 * ```
 */
export function stratifiedSubset(
  labels: Uint8Array,
  indices: Uint32Array,
  size: number,
  seed: number,
): Uint32Array {
  requireCount('size', size, indices.length);
  const queue: { index: number; time: number; tie: number }[] = [];
  const rng = random(seed, 'subset', 'ties');
  for (const [label, members] of byClass(labels, indices.slice().sort())) {
    const tie = rng.uniform();
    const shuffled = shuffle(members, random(seed, 'subset', label));
    for (const [i, index] of shuffled.entries()) queue.push({ index, time: (i + 0.5) / members.length, tie });
  }
  queue.sort((a, b) => a.time - b.time || a.tie - b.tie);
  return Uint32Array.from(queue.slice(0, size), ({ index }) => index).sort();
}

/** Shares `total` seats in proportion to `weights` (Hamilton's method): each share is its quota rounded down or up. */
export function largestRemainder(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  // Whole numbers throughout, so that equal weights have equal remainders.
  const shares = weights.map((weight) => Math.floor((weight * total) / (sum || 1)));
  const remainders = weights.map((weight) => (sum ? (weight * total) % sum : 0));
  const order = [...weights.keys()].sort((a, b) => remainders[b]! - remainders[a]! || a - b);
  const left = total - shares.reduce((a, b) => a + b, 0);
  for (const position of order.slice(0, left)) shares[position]! += 1;
  return shares;
}

/** The indices of each class that occurs, classes ascending. */
function byClass(labels: Uint8Array, indices: Uint32Array): Map<number, number[]> {
  const classes = new Map<number, number[]>();
  for (const index of indices) {
    const label = labels[index];
    if (label === undefined) throw badIndex(index, labels.length);
    const members = classes.get(label);
    if (members) members.push(index);
    else classes.set(label, [index]);
  }
  return new Map([...classes].sort(([a], [b]) => a - b));
}

function requireCount(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new WhyconvError({
    what: 'a split asks for images there are not',
    where: name,
    found: String(value),
    expected: `a whole number from 0 to ${most}`,
    remedy: 'choose fewer images',
  });
}

function badIndex(index: number, count: number): WhyconvError {
  return new WhyconvError({
    what: 'an index is out of range',
    found: String(index),
    expected: `0 to ${count - 1}`,
    remedy: 'use indices of the same image set',
  });
}
