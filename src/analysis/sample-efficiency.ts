import { canonicalJson } from '../training/index.js';
import type { ConditionResult } from './results.js';

/** A network trained on growing parts of the training images. */
export interface SampleEfficiency {
  /** Training images, few to many, with the result on each number. */
  readonly points: readonly ConditionResult[];
}

/**
 * Groups results that differ only in the number of training images, and in the epochs that follow from it, into curves.
 *
 * @example
 * ```ts
 * import { recordedRuns, resultsByCondition, sampleEfficiency, unvaried, where } from 'whyconv';
 *
 * const results = resultsByCondition(await recordedRuns());
 * const [curve] = sampleEfficiency(where(results, { ...unvaried('small'), protocol: 'fast' }));
 * const images = curve!.points.map((point) => point.images);
 * images.every((count, i) => i === 0 || count > images[i - 1]!); // => true
 * ```
 */
export function sampleEfficiency(results: readonly ConditionResult[]): SampleEfficiency[] {
  const curves = new Map<string, ConditionResult[]>();
  for (const result of results) {
    const { images, epochs, ...rest } = result.condition;
    const key = canonicalJson(rest);
    curves.set(key, [...(curves.get(key) ?? []), result]);
  }
  return [...curves.values()].map((points) => ({ points: points.sort((a, b) => a.images - b.images) }));
}

/** How many training images a network needs for an accuracy. */
export interface ImagesNeeded {
  /** Training images, interpolated between the numbers that were tried. */
  readonly images: number;
  /** Whether the smallest number tried reaches it already, so that fewer may do. */
  readonly atMost: boolean;
}

/**
 * The number of training images at which a curve first reaches a test accuracy (0 to 1), interpolated between neighboring
 * points as if accuracy grew evenly with the logarithm of the number; null where no point reaches it.
 *
 * @example
 * ```ts
 * import { imagesToReach, recordedRuns, resultsByCondition, sampleEfficiency } from 'whyconv';
 *
 * const [curve] = sampleEfficiency(resultsByCondition(await recordedRuns()));
 * imagesToReach(curve!, 1); // => null
 * imagesToReach(curve!, 0)!.atMost; // => true
 * ```
 */
export function imagesToReach({ points }: SampleEfficiency, accuracy: number): ImagesNeeded | null {
  const at = points.findIndex(({ testAccuracy }) => testAccuracy.mean >= accuracy);
  const above = points[at];
  if (!above) return null;
  const below = points[at - 1];
  if (!below) return { images: above.images, atMost: true };
  const [from, to] = [below.testAccuracy.mean, above.testAccuracy.mean];
  const share = (accuracy - from) / (to - from);
  return { images: below.images * (above.images / below.images) ** share, atMost: false };
}
