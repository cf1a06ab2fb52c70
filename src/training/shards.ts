import { currentEngine, tf } from '../engine/index.js';
import { forward, type ModelSpec } from '../models/index.js';

/**
 * {@link forward} of a batch cut into as many shards as the engine computes side by side. Same logits, and gradients that are
 * summed over shards: in exact arithmetic nothing changes.
 *
 * @param masks of dropout layers, for the whole batch; absent: no dropout
 * @param shards where the batch cannot be cut into so many equal parts, it stays whole
 */
export function forwardInShards(
  spec: ModelSpec,
  weights: readonly tf.Tensor[],
  images: tf.Tensor,
  masks: readonly tf.Tensor[] = [],
  shards: number = currentEngine().shards,
): tf.Tensor {
  if (shards === 1 || images.shape[0]! % shards !== 0) return forward(spec, weights, images, { masks });
  const parts = [images, ...masks].map((whole) => tf.split(whole, shards));
  const logits = parts[0]!.map((part, k) =>
    forward(spec, weights, part, { masks: parts.slice(1).map((mask) => mask[k]!) }),
  );
  return tf.concat(logits, 0);
}
