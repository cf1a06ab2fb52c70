import { random } from '../base/random.js';
import { layerShapes, type ModelSpec } from '../models/index.js';

/** A dropout layer of a model: the feed that holds its mask, the mask's shape for a batch, and the rate. */
export interface DropoutLayer {
  readonly feed: string;
  readonly shape: readonly number[];
  readonly rate: number;
}

export function dropoutLayers(spec: ModelSpec, batchSize: number): DropoutLayer[] {
  return layerShapes(spec).flatMap(({ name, layer, inputShape }) =>
    layer.kind === 'dropout'
      ? [{ feed: `mask/${name}`, shape: [batchSize, ...inputShape], rate: layer.rate }]
      : [],
  );
}

/**
 * Draws masks for one epoch, batch after batch, on the host: so that all engines, compiled or not, drop the same
 * units. Inverted dropout (Srivastava et al. 2014): kept units are divided by the probability of being kept.
 *
 * @returns a function that gives the next batch's masks by feed name.
 */
export function dropoutMasks(
  layers: readonly DropoutLayer[],
  seed: number,
  epoch: number,
): () => Record<string, Float32Array> {
  const stream = random(seed, 'dropout', epoch);
  const masks = layers.map(({ feed, shape, rate }) => {
    const size = shape.reduce((product, side) => product * side, 1);
    return { feed, rate, values: new Float32Array(size) };
  });
  return () => {
    for (const { rate, values } of masks) {
      const kept = 1 / (1 - rate);
      // Without a branch, which would be mispredicted at every third value: half the time.
      for (let i = 0; i < values.length; i++) values[i] = Number(stream.uniform() >= rate) * kept;
    }
    return Object.fromEntries(masks.map(({ feed, values }) => [feed, values]));
  };
}
