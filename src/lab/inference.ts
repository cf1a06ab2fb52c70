import { setImmediate as nextTurn } from 'node:timers/promises';
import { WhyconvError } from '../base/errors.js';
import { compile, currentEngine, type HostArrays, type tf } from '../engine/index.js';
import {
  forward,
  layerShapes,
  type ModelSpec,
  sizeOf,
  type WeightShape,
  weightShapes,
} from '../models/index.js';
import { byShards, EVALUATION_BATCH, PIXEL_SCALE, shardsOf } from '../training/index.js';

/** A trained network, or the layers up to one of its layers, ready to run. */
export interface Inference {
  /**
   * Runs any number of images, and gives other work a turn after each batch.
   *
   * @param images [n, height, width, channels]: bytes are scaled to 0..1 as in training; floats, such as feature maps, are
   *   taken as they are
   * @returns [n, ...], row-major; by default logits, or the activations of the last layer that runs
   * @throws WhyconvError where the array does not hold whole images
   */
  run(images: Uint8Array | Float32Array): Promise<Float32Array>;
  /** Replaces some weights, by their names in `weightShapes(spec)`. */
  setWeights(weights: Readonly<Record<string, Float32Array>>): void;
  /** Frees what it holds; it cannot be used afterwards. */
  dispose(): void;
}

/** The layers that run, as a function of a batch [rows, ...]. */
export type Layers = (images: tf.Tensor) => tf.Tensor;

/** How much of a network is run, and how: see {@link inference}. */
export interface InferenceOptions {
  /** Name of the last layer to run, as `layerShapes` has it: "conv2". @default the last layer of the network */
  readonly upTo?: string;
  /**
   * Images per run, where they are few: batches are no larger, so that nothing is computed of what would fill them up.
   * Another batch size may give other last bits. @default the batches of training's evaluation
   */
  readonly images?: number | undefined;
  /** False: operation by operation on every engine. @default as `compile` decides */
  readonly compile?: boolean;
  /** What is computed of a batch, image by image: [rows, ...] to [rows, ...]. @default what the layers give */
  readonly output?: (layers: Layers, images: tf.Tensor) => tf.Tensor;
}

/**
 * The one way to run a trained network: `forward`, compiled where the engine compiles, dropout off, in the batches and shards of
 * training's evaluation, whose logits it gives to the bit.
 *
 * @param weights in the order of `weightShapes(spec)`, as `RunStore.weights` gives them; copied
 * @throws WhyconvError where they are not those of the network, or it has no such layer
 * @example
 * ```ts
 * import { inference, initialWeights, MODELS, shapesDataset, startEngine } from 'whyconv';
 *
 * await startEngine();
 * const { images } = shapesDataset({ train: 10, test: 10, seed: 0 }).train;
 * const network = inference(MODELS.small, initialWeights(MODELS.small, 0), { upTo: 'conv2' });
 * (await network.run(images)).length; // => 10 * 32 * 32 * 8
 * network.dispose();
 * inference(MODELS.small, []); // throws WhyconvError: not the weights of model "small"
 * ```
 */
export function inference(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  options: InferenceOptions = {},
): Inference {
  const { output = (layers, images) => layers(images), compile: compiled } = options;
  const batch = Math.max(1, Math.min(options.images ?? EVALUATION_BATCH, EVALUATION_BATCH));
  const shards = shardsOf(currentEngine());
  const shapes = weightShapes(spec);
  requireWeights(spec, shapes, weights);
  const upTo = options.upTo === undefined ? spec.layers.length : layerNumber(spec, options.upTo);
  const program = compile(
    {
      variables: Object.fromEntries(
        shapes.map(({ name, shape }, i) => [name, { shape, values: weights[i]! }]),
      ),
      tables: {},
      functions: {
        infer: {
          rows: 0,
          gather: {},
          feeds: { images: [batch, ...spec.inputShape] },
          body(variables, { images }) {
            const tensors = shapes.map(({ name }) => variables[name]!);
            const layers: Layers = (x) => forward(spec, tensors, x, { upTo });
            return { outputs: { values: byShards(images!, (shard) => output(layers, shard), shards) } };
          },
        },
      },
    },
    { compile: compiled },
  );
  const sizes = { batch, image: sizeOf(spec.inputShape) };
  return {
    run: (images) => inBatches(images, sizes, (feeds) => program.run('infer', { feeds })),
    setWeights: (values) => program.writeState(values),
    dispose: () => program.dispose(),
  };
}

/** Runs a network once: {@link inference}, what it gives of these images, and its disposal. */
export async function infer(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  images: Uint8Array | Float32Array,
  options?: InferenceOptions,
): Promise<Float32Array> {
  const network = inference(spec, weights, options);
  try {
    return await network.run(images);
  } finally {
    network.dispose();
  }
}

/** Calls with full batches: the last one is filled up with zeros, whose results are dropped. */
async function inBatches(
  images: Uint8Array | Float32Array,
  { batch, image }: { readonly batch: number; readonly image: number },
  call: (feeds: { images: Float32Array }) => HostArrays,
): Promise<Float32Array> {
  requireImages(images, image);
  const count = images.length / image;
  const fed = new Float32Array(batch * image);
  let all = new Float32Array(0);
  for (let start = 0; start < count; start += batch) {
    const end = Math.min(start + batch, count);
    fill(fed, images.subarray(start * image, end * image));
    const { values } = call({ images: fed });
    const width = values!.length / batch;
    if (start === 0) all = new Float32Array(count * width);
    all.set(values!.subarray(0, (end - start) * width), start * width);
    await nextTurn();
  }
  return all;
}

/** Bytes become pixels by a product as float32 has it: a double holds it exactly until it is rounded when stored. */
function fill(batch: Float32Array, images: Uint8Array | Float32Array): void {
  batch.fill(0, images.length);
  const scale = images instanceof Uint8Array ? Math.fround(PIXEL_SCALE) : 1;
  for (let i = 0; i < images.length; i++) batch[i] = images[i]! * scale;
}

function layerNumber(spec: ModelSpec, name: string): number {
  const names = layerShapes(spec).map((layer) => layer.name);
  const index = names.indexOf(name);
  if (index >= 0) return index + 1;
  throw new WhyconvError({
    what: `model "${spec.name}" has no such layer`,
    found: name,
    expected: names.join(', '),
  });
}

/** Only their number: sizes are checked where a program is compiled. */
function requireWeights(
  { name }: ModelSpec,
  shapes: readonly WeightShape[],
  weights: readonly Float32Array[],
): void {
  if (weights.length === shapes.length) return;
  throw new WhyconvError({
    what: `these are not the weights of model "${name}"`,
    found: `${weights.length} arrays`,
    expected: `${shapes.length}: ${shapes.map((shape) => shape.name).join(', ')}`,
  });
}

function requireImages(images: Uint8Array | Float32Array, size: number): void {
  if (images.length % size === 0) return;
  throw new WhyconvError({
    what: 'the array does not hold whole images',
    found: `${images.length} values`,
    expected: `a multiple of ${size}`,
  });
}
