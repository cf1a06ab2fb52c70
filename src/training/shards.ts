import { type EngineInfo, type GatherDefinition, type TensorsByName, tf } from '../engine/index.js';
import { forward, type ModelSpec } from '../models/index.js';

/**
 * Parts that a batch is cut into. On a CPU TensorFlow computes two side by side, on one thread each (engine/threads.ts); always
 * two, whatever the number of cores, since the order of summation decides the last bits of a result. Elsewhere operations
 * are not run side by side, so that cutting would only cost time.
 */
export const shardsOf = ({ name, device }: Pick<EngineInfo, 'name' | 'device'>): number =>
  name === 'native' && device === 'cpu' ? 2 : 1;

/**
 * Cuts a batch into shards that the engine computes side by side. In exact arithmetic nothing changes: logits are those of the
 * whole batch, and gradients are summed over shards.
 */
export interface Shards {
  /** What to gather: the images, one input per shard. */
  readonly gather: Readonly<Record<string, GatherDefinition>>;
  /**
   * {@link forward} of the gathered images; `masks` are of the whole batch. [rows, classes]
   *
   * @param prepare what is done to a shard's images first, given which rows of the batch they are
   */
  readonly forward: (
    weights: readonly tf.Tensor[],
    inputs: TensorsByName,
    masks?: readonly tf.Tensor[],
    prepare?: (images: tf.Tensor, rows: readonly [from: number, to: number]) => tf.Tensor,
  ) => tf.Tensor;
}

/** Equal parts a batch of this many rows can be cut into. */
const partsOf = (rows: number, count: number): number => (rows % count === 0 ? count : 1);

/**
 * {@link inShards} for a batch that is at hand as one tensor, such as a feed, and for any function that treats each image
 * alone.
 *
 * @param batch [rows, ...]
 * @param compute from a shard [part, ...] to [part, ...]
 * @param count of shards: {@link shardsOf}; a batch that cannot be cut into equal parts stays whole
 */
export function byShards(
  batch: tf.Tensor,
  compute: (shard: tf.Tensor) => tf.Tensor,
  count: number,
): tf.Tensor {
  const shards = partsOf(batch.shape[0]!, count);
  return shards === 1 ? compute(batch) : tf.concat(tf.split(batch, shards).map(compute), 0);
}

/**
 * @param rows of a batch; one that cannot be cut into equal parts stays whole
 * @param images how they are gathered
 * @param count of shards: {@link shardsOf}
 */
export function inShards(spec: ModelSpec, rows: number, images: GatherDefinition, count: number): Shards {
  const shards = partsOf(rows, count);
  const size = rows / shards;
  const names = Array.from({ length: shards }, (_, k) => (shards === 1 ? 'images' : `images/${k}`));
  const gathers = names.map((name, k): [string, GatherDefinition] => [
    name,
    shards === 1 ? images : { ...images, part: [k * size, (k + 1) * size] },
  ]);
  return {
    gather: Object.fromEntries(gathers),
    forward(weights, inputs, masks = [], prepare = (images) => images) {
      if (shards === 1) return forward(spec, weights, prepare(inputs.images!, [0, rows]), { masks });
      const parts = masks.map((mask) => tf.split(mask, shards));
      const logits = names.map((name, k) =>
        forward(spec, weights, prepare(inputs[name]!, [k * size, (k + 1) * size]), {
          masks: parts.map((part) => part[k]!),
        }),
      );
      return tf.concat(logits, 0);
    },
  };
}
