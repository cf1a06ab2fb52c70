import {
  crossEntropy,
  type FunctionDefinition,
  type Program,
  type ProgramDefinition,
  type TensorsByName,
  tf,
} from '../engine/index.js';
import { initialWeights, weightShapes } from '../models/index.js';
import { cutOut, SHIFT_FEED } from './augmentation.js';
import { dropoutLayers } from './dropout.js';
import type { RunSpec } from './run-spec.js';
import { inShards } from './shards.js';

/** Images and labels as tables: what both functions pick their rows from. */
export interface Tables {
  /** [count, 32, 32, 3] */
  readonly images: Uint8Array;
  /** [count] */
  readonly labels: Uint8Array;
}

export type TrainingProgram = Program<'train' | 'evaluate'>;

/** Images an evaluation call takes. More would gain nothing and cost memory. */
export const EVALUATION_BATCH = 100;

const RATE = 'learningRate';
/** From bytes to [0, 1], as every model takes its pixels. */
export const PIXEL_SCALE = 1 / 255;

/**
 * The program of a run: a training step that updates weights, and an evaluation that does not.
 *
 * @param shards parts of a batch computed side by side: `shardsOf(engine)`
 */
export function trainingProgram(
  spec: RunSpec,
  tables: Tables,
  shards: number,
): ProgramDefinition<'train' | 'evaluate'> {
  const shapes = weightShapes(spec.model);
  const values = initialWeights(spec.model, spec.seed);
  const count = tables.labels.length;
  return {
    variables: Object.fromEntries(shapes.map(({ name, shape }, i) => [name, { shape, values: values[i]! }])),
    tables: {
      images: { shape: [count, ...spec.model.inputShape], values: tables.images },
      labels: { shape: [count], values: tables.labels },
    },
    functions: { train: trainStep(spec, shards), evaluate: evaluation(spec, shards) },
    precision: spec.precision,
  };
}

const IMAGES = { table: 'images', scale: PIXEL_SCALE } as const;

/**
 * One step of Adam on the mean cross-entropy of a batch, smoothed where the spec says so. Outputs that loss and how many
 * images were classified correctly.
 */
function trainStep(
  { model, batchSize, optimizer, labelSmoothing, augmentation }: RunSpec,
  count: number,
): FunctionDefinition {
  const dropout = dropoutLayers(model, batchSize);
  const shards = inShards(model, batchSize, IMAGES, count);
  const names = weightShapes(model).map(({ name }) => name);
  const { beta1, beta2, epsilon } = optimizer;
  return {
    rows: batchSize,
    gather: { ...shards.gather, labels: { table: 'labels' } },
    feeds: {
      [RATE]: [],
      ...Object.fromEntries(dropout.map(({ feed, shape }) => [feed, shape])),
      ...(augmentation.kind === 'shift' && { [SHIFT_FEED]: [batchSize, 4] }),
    },
    adam: { learningRateFeed: RATE, beta1, beta2, epsilon },
    body(variables, inputs) {
      const weights = names.map((name) => variables[name]!);
      const masks = dropout.map(({ feed }) => inputs[feed]!);
      const boxes = inputs[SHIFT_FEED] as tf.Tensor2D | undefined;
      const augment = (images: tf.Tensor, [from, to]: readonly [number, number]) =>
        boxes ? cutOut(images as tf.Tensor4D, boxes.slice([from, 0], [to - from, 4])) : images;
      let logits: tf.Tensor | undefined;
      const loss = (...current: tf.Tensor[]): tf.Scalar => {
        // Kept, since gradients free all that the forward pass made.
        logits = tf.keep(shards.forward(current, inputs, masks, augment));
        return batchLoss(logits as tf.Tensor2D, inputs.labels as tf.Tensor1D, labelSmoothing);
      };
      const { value, grads } = tf.valueAndGrads(loss)(weights);
      const correct = countCorrect(logits!, inputs.labels!);
      logits!.dispose();
      return {
        outputs: { loss: value, correct },
        gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])),
      };
    },
  };
}

/**
 * Mean cross-entropy in nats. With smoothing s the target is (1 - s) one-hot + s uniform, which adds s times the label's
 * logit minus the mean logit to each image's loss.
 */
function batchLoss(logits: tf.Tensor2D, labels: tf.Tensor1D, smoothing: number): tf.Scalar {
  const sharp = crossEntropy(logits, labels);
  if (smoothing === 0) return tf.mean(sharp);
  const labelLogit = tf.sum(tf.mul(logits, tf.oneHot(labels, logits.shape[1])), 1);
  return tf.mean(tf.add(sharp, tf.mul(smoothing, tf.sub(labelLogit, tf.mean(logits, 1)))));
}

/** Logits of a batch, dropout off: losses and accuracies are computed from them on the host. */
function evaluation({ model }: RunSpec, count: number): FunctionDefinition {
  const names = weightShapes(model).map(({ name }) => name);
  const shards = inShards(model, EVALUATION_BATCH, IMAGES, count);
  return {
    rows: EVALUATION_BATCH,
    gather: shards.gather,
    feeds: {},
    body: (variables: TensorsByName, inputs: TensorsByName) => {
      const weights = names.map((name) => variables[name]!);
      return { outputs: { logits: shards.forward(weights, inputs) } };
    },
  };
}

const countCorrect = (logits: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
  tf.sum(tf.cast(tf.equal(tf.cast(tf.argMax(logits, 1), 'int32'), labels), 'float32'));
