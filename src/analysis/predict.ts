import { IMAGE_BYTES, imageCount } from '../data/index.js';
import { compile, currentEngine, tf } from '../engine/index.js';
import { forward, type ModelSpec, type WeightShape, weightShapes } from '../models/index.js';
import { EVALUATION_BATCH, PIXEL_SCALE, shardsOf } from '../training/index.js';

/** A trained model that can be asked. */
export interface Predictor {
  /** From images [n, 32, 32, 3], uint8, to logits [n, classes]. */
  predict(images: Uint8Array): Float32Array;
  dispose(): void;
}

/**
 * Compiled where the engine compiles, for one batch size: the last batch is filled up with black and its surplus dropped.
 *
 * @param weights in the order of `weightShapes(spec)`, as `RunStore.weights` gives them
 * @throws RangeError where they are not those of the model
 */
export function predictor(spec: ModelSpec, weights: readonly Float32Array[]): Predictor {
  const shapes = weightShapes(spec);
  checkWeights(spec, shapes, weights);
  const shards = shardsOf(currentEngine());
  // The last weights are the biases of the logits.
  const classes = weights.at(-1)!.length;
  const program = compile({
    variables: Object.fromEntries(shapes.map(({ name, shape }, i) => [name, { shape, values: weights[i]! }])),
    tables: {},
    functions: {
      predict: {
        rows: 0,
        gather: {},
        feeds: { pixels: [EVALUATION_BATCH, ...spec.inputShape] },
        body(variables, { pixels }) {
          const tensors = shapes.map(({ name }) => variables[name]!);
          const parts = tf.split(tf.mul(pixels!, PIXEL_SCALE), shards);
          return { outputs: { logits: tf.concat(parts.map((part) => forward(spec, tensors, part))) } };
        },
      },
    },
  });
  return {
    predict(images) {
      const count = imageCount(images);
      const all = new Float32Array(count * classes);
      const pixels = new Float32Array(EVALUATION_BATCH * IMAGE_BYTES);
      for (let start = 0; start < count; start += EVALUATION_BATCH) {
        const end = Math.min(start + EVALUATION_BATCH, count);
        pixels.fill(0).set(images.subarray(start * IMAGE_BYTES, end * IMAGE_BYTES));
        const { logits } = program.run('predict', { feeds: { pixels } });
        all.set(logits!.subarray(0, (end - start) * classes), start * classes);
      }
      return all;
    },
    dispose: () => program.dispose(),
  };
}

function checkWeights(
  { name: model }: ModelSpec,
  shapes: readonly WeightShape[],
  weights: readonly Float32Array[],
): void {
  if (weights.length !== shapes.length)
    throw new RangeError(`model "${model}" has ${shapes.length} weight tensors, not ${weights.length}`);
  for (const [i, { name, shape }] of shapes.entries()) {
    const size = shape.reduce((product, n) => product * n, 1);
    const found = weights[i]!.length;
    if (found !== size) throw new RangeError(`${name} of model "${model}" has ${size} values, not ${found}`);
  }
}
