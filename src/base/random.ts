import { createHash } from 'node:crypto';
import { type RandomGenerator, unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';

/**
 * A seeded stream of random numbers. Every draw of the study comes from one of these, so that a seed in a run's
 * spec fixes split, initial weights, order of batches and dropout on every engine alike.
 */
export interface Random {
  /** A float in [0, 1) with 32 random bits. */
  uniform(): number;
  /** An integer in [low, high], both included, without modulo bias. */
  integer(low: number, high: number): number;
  /** A draw of the standard normal distribution (Box & Muller 1958). */
  normal(): number;
}

/**
 * The stream for a seed and a purpose: streams of different labels ("split", "dropout", ...) are independent.
 *
 * @example
 * ```ts
 * import { random } from 'whyconv';
 *
 * random(0, 'weights').uniform() === random(0, 'weights').uniform(); // => true
 * random(0, 'weights').uniform() === random(0, 'order').uniform(); // => false
 * ```
 */
export function random(seed: number, ...labels: (string | number)[]): Random {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...labels]))
    .digest();
  const generator: RandomGenerator = xoroshiro128plus(digest.readInt32LE(0));
  const uniform = () => (generator.unsafeNext() >>> 0) / 2 ** 32;
  return {
    uniform,
    integer: (low, high) => unsafeUniformIntDistribution(low, high, generator),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/**
 * Shuffles in place (Fisher & Yates) and returns its argument.
 *
 * @example
 * ```ts
 * import { random, shuffle } from 'whyconv';
 *
 * const order = shuffle(Int32Array.of(0, 1, 2, 3), random(0, 'order'));
 * [...order].sort(); // => [0, 1, 2, 3]
 * ```
 */
export function shuffle<T extends Uint32Array | Int32Array | unknown[]>(items: T, rng: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = rng.integer(0, i);
    const held = items[i];
    items[i] = items[j]!;
    items[j] = held!;
  }
  return items;
}
