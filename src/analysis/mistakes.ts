import type { ImageSet } from '../data/index.js';
import type { ModelSpec } from '../models/index.js';
import { type Mistake, mostConfidentMistakes } from './metrics.js';
import { predictor } from './predict.js';

/**
 * The images that a trained model takes for something else with the highest softmax probability, most confident first.
 *
 * @param weights in the order of `weightShapes(spec)`
 * @param set images to judge; the index of a mistake is its position in them
 */
export function confidentMistakes(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  { images, labels }: ImageSet,
  limit = 20,
): Mistake[] {
  const model = predictor(spec, weights);
  try {
    const logits = model.predict(images);
    return mostConfidentMistakes(logits, labels, limit, logits.length / labels.length);
  } finally {
    model.dispose();
  }
}
