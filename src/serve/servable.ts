import { WhyconvError } from '../base/errors.js';
import { CIFAR10_CLASSES, IMAGE_BYTES } from '../data/index.js';
import { inference } from '../lab/index.js';
import { layerShapes, type ModelSpec, sizeOf } from '../models/index.js';
import type { TrainedNetwork } from '../runs/index.js';
import { Batcher, type BatcherOptions } from './batcher.js';

/** A network that answers requests under a name. */
export interface Servable {
  readonly name: string;
  /** Of all networks here, since one name has one network. */
  readonly version: string;
  readonly model: ModelSpec;
  /** Where its weights come from, for people. */
  readonly source: string;
  readonly key: string | null;
  readonly classes: readonly string[];
  /** Images that wait for a batch. */
  readonly queued: () => number;
  /**
   * Logits [n, classes] of pixels [n, 32, 32, 3], 0 to 1.
   *
   * @throws Refusal (503) where the queue is full, (404) once it is being disposed of
   */
  readonly predict: (pixels: Float32Array) => Promise<Float32Array>;
  /** Answers what waits, takes no more, then frees what it holds. */
  readonly dispose: () => Promise<void>;
}

/** Sizes that batches are filled up to: a graph is compiled for each, since its shapes are fixed. */
const BATCHES = [1, 2, 4, 8, 16, 32, 64] as const;

/**
 * Compiles a trained network for serving; the engine must be started.
 *
 * @throws WhyconvError where the network takes other images than 32 x 32 x 3
 */
export function servable(
  name: string,
  network: TrainedNetwork,
  options: Pick<BatcherOptions, 'capacity' | 'between' | 'onBatch'> & {
    readonly batches?: readonly number[];
  } = {},
): Servable {
  const { model, weights, source, key } = network;
  const batches = options.batches ?? BATCHES;
  if (sizeOf(model.inputShape) !== IMAGE_BYTES) {
    throw new WhyconvError({
      what: 'this network takes images of another size',
      where: source,
      found: model.inputShape.join(' x '),
      expected: '32 x 32 x 3',
    });
  }
  const outputs = layerShapes(model).at(-1)!.outputShape[0];
  const sized = allOrNone(batches, (images) => {
    const { run, dispose } = inference(model, weights, { images });
    return { images, run, dispose };
  });
  const run = (pixels: Float32Array) => {
    const count = pixels.length / IMAGE_BYTES;
    const fitting = sized.find(({ images }) => images >= count) ?? sized.at(-1)!;
    return fitting.run(pixels);
  };
  const batcher = new Batcher(run, { values: IMAGE_BYTES, outputs, batch: batches.at(-1)!, ...options });
  return {
    name,
    version: '1',
    model,
    source,
    key,
    classes: classNames(outputs),
    queued: () => batcher.queued,
    predict: (pixels) => batcher.predict(pixels),
    dispose: async () => {
      await batcher.close();
      for (const each of sized) each.dispose();
    },
  };
}

/**
 * Runs each size once, so that the first request does not pay for what TensorFlow does at a first call. A network that fails
 * is disposed of.
 */
export async function warmUp(model: Servable): Promise<Servable> {
  try {
    for (const images of BATCHES) await model.predict(new Float32Array(images * IMAGE_BYTES));
    return model;
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** Makes one of each; where one fails, those before it are disposed of. */
export function allOrNone<T, Made extends { dispose(): unknown }>(
  items: readonly T[],
  make: (item: T) => Made,
): Made[] {
  const made: Made[] = [];
  try {
    for (const item of items) made.push(make(item));
    return made;
  } catch (error) {
    for (const each of made) each.dispose();
    throw error;
  }
}

const classNames = (count: number): readonly string[] =>
  count === CIFAR10_CLASSES.length ? CIFAR10_CLASSES : Array.from({ length: count }, (_, i) => String(i));
