import { currentEngine, type GatherDefinition, type TensorsByName, tf } from '../engine/index.js';
import { forward, type ModelSpec } from '../models/index.js';

/**
 * Cuts a batch into shards that the engine computes side by side. In exact arithmetic nothing changes: logits are those of the
 * whole batch, and gradients are summed over shards.
 */
export interface Shards {
  /** What to gather: the images, an input a shard. */
  readonly gather: Readonly<Record<string, GatherDefinition>>;
  /** {@link forward} of the gathered images; `masks` are of the whole batch. [rows, classes] */
  readonly forward: (
    weights: readonly tf.Tensor[],
    inputs: TensorsByName,
    masks?: readonly tf.Tensor[],
  ) => tf.Tensor;
}

/** Shards a batch of this many rows is cut into. */
const shardsOf = (rows: number, count: number): number => (rows % count === 0 ? count : 1);

/**
 * {@link inShards} for a batch that is at hand as one tensor, such as a feed, and for any function that treats each image
 * alone.
 *
 * @param batch [rows, ...]
 * @param compute from a shard [part, ...] to [part, ...]
 */
export function byShards(
  batch: tf.Tensor,
  compute: (shard: tf.Tensor) => tf.Tensor,
  count: number = currentEngine().shards,
): tf.Tensor {
  const shards = shardsOf(batch.shape[0]!, count);
  return shards === 1 ? compute(batch) : tf.concat(tf.split(batch, shards).map(compute), 0);
}

/**
 * @param rows of a batch; one that cannot be cut into equal parts stays whole
 * @param images how they are gathered
 * @param count of shards, by default what the engine computes best with
 */
export function inShards(
  spec: ModelSpec,
  rows: number,
  images: GatherDefinition,
  count: number = currentEngine().shards,
): Shards {
  const shards = shardsOf(rows, count);
  const size = rows / shards;
  const names = Array.from({ length: shards }, (_, k) => (shards === 1 ? 'images' : `images/${k}`));
  const gathers = names.map((name, k): [string, GatherDefinition] => [
    name,
    shards === 1 ? images : { ...images, part: [k * size, (k + 1) * size] },
  ]);
  return {
    gather: Object.fromEntries(gathers),
    forward(weights, inputs, masks = []) {
      if (shards === 1) return forward(spec, weights, inputs.images!, { masks });
      const parts = masks.map((mask) => tf.split(mask, shards));
      const logits = names.map((name, k) =>
        forward(spec, weights, inputs[name]!, { masks: parts.map((part) => part[k]!) }),
      );
      return tf.concat(logits, 0);
    },
  };
}
