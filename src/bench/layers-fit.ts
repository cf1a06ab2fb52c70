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
  const count = labels.length;
  const classes = model.outputs[0]!.shape.at(-1)!;
  const x = scaledImages(images, [count, ...spec.model.inputShape]);
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat());
  return {
    about: { parameters: model.countParams(), versions: {} },
    async time(steps) {
      const epochs = Math.max(1, Math.round((steps * batchSize) / count));
      const rows = Math.min(count, steps * batchSize);
      // Neither the slices nor what fit prepares is timed: a long training does it once.
      const part = rows < count ? [x.slice(0, rows), y.slice(0, rows)] : [x, y];
      let began = 0;
      let seconds = 0;
      let loss = Number.NaN;
      await model.fit(part[0]!, part[1]!, {
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
      if (rows < count) tf.dispose(part);
      return { work: epochs * rows, seconds, loss };
    },
  };
}

function scaledImages(images: Uint8Array, shape: number[]): tf.Tensor {
  const values = new Float32Array(images.length);
  for (let i = 0; i < images.length; i++) values[i] = images[i]! / 255;
  return tf.tensor(values, shape, 'float32');
}
