import { IMAGE_BYTES } from '../data/index.js';
import { tf } from '../engine/index.js';
import { buildModel } from '../models/index.js';
import type { RunSpec } from '../training/index.js';
import type { Tables } from './arrays.js';
import type { Contender } from './contender.js';

/** TensorFlow.js as its documentation has it: a layers model, float32 arrays in memory, `fit` with accuracy. */
export function layersFit(spec: RunSpec, { images, labels }: Tables): Contender {
  const { batchSize, optimizer } = spec;
  const model = buildModel(spec.model, spec.seed);
  model.compile({
    optimizer: tf.train.adam(optimizer.learningRate, optimizer.beta1, optimizer.beta2, optimizer.epsilon),
    loss: (truth, logits) => tf.losses.softmaxCrossEntropy(truth, logits),
    metrics: ['accuracy'],
  });
  const [count, classes] = [labels.length, model.outputs[0]!.shape.at(-1)!];
  const pixels = scaled(images);
  const arrays = (rows: number): [tf.Tensor, tf.Tensor] => [
    tf.tensor(pixels.subarray(0, rows * IMAGE_BYTES), [rows, ...spec.model.inputShape], 'float32'),
    tf.tidy(() => tf.oneHot(tf.tensor1d(labels.subarray(0, rows), 'int32'), classes).toFloat()),
  ];
  return {
    about: { parameters: model.countParams(), versions: {} },
    async time(steps) {
      const epochs = Math.max(1, Math.round((steps * batchSize) / count));
      const rows = Math.min(count, steps * batchSize);
      // Neither making the tensors nor what fit prepares is timed: a long training does it once.
      const [x, y] = arrays(rows);
      let began = 0;
      let seconds = 0;
      let loss = Number.NaN;
      await model.fit(x, y, {
        batchSize,
        epochs,
        shuffle: true,
        verbose: 0,
        callbacks: {
          onEpochBegin: async () => {
            began = performance.now();
          },
          onEpochEnd: async (_, logs) => {
            seconds += (performance.now() - began) / 1000;
            loss = logs!.loss!;
          },
        },
      });
      tf.dispose([x, y]);
      return { work: epochs * rows, seconds, loss };
    },
  };
}

function scaled(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i]! / 255;
  return values;
}
