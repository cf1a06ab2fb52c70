import { type Mistake, mostConfidentMistakes } from '../analysis/index.js';
import type { ImageSet } from '../data/index.js';
import type { ModelSpec } from '../models/index.js';
import { infer } from './inference.js';

/**
 * The images a trained network misclassifies with the highest softmax probability, most confident first.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param set images to judge; the index of a mistake is its position in the set
 * @example
 * ```ts
 * import { confidentMistakes, initialWeights, MODELS, shapesDataset, startEngine } from 'whyconv';
 *
 * await startEngine();
 * const { train } = shapesDataset({ train: 50, test: 10, seed: 0 });
 * const mistakes = await confidentMistakes(MODELS.small, initialWeights(MODELS.small, 0), train, 5);
 * mistakes.length; // => 5
 * ```
 */
export async function confidentMistakes(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  { images, labels }: ImageSet,
  limit = 20,
): Promise<Mistake[]> {
  const logits = await infer(spec, weights, images);
  return mostConfidentMistakes(logits, labels, limit, logits.length / labels.length);
}
