import { IMAGE_BYTES } from '../data/index.js';
import { type CallInputs, type CallTimes, compile, currentEngine, tf } from '../engine/index.js';
import { buildModel, countParameters } from '../models/index.js';
import { epochInputs, type RunSpec, shardsOf, trainingProgram } from '../training/index.js';
import type { Contender, Phases } from './contender.js';
import type { Tables } from './workload.js';

/** This project's training steps, called as `train` calls them: same program, same feeds, same random draws. */
export function compiledSteps(spec: RunSpec, tables: Tables, compiled: boolean): Contender {
  const spent = { run: 0, readBack: 0 };
  const onCall = ({ run, readBack }: CallTimes) => {
    spent.run += run;
    spent.readBack += readBack;
  };
  const definition = trainingProgram(spec, tables, shardsOf(currentEngine()));
  const program = compile(definition, { compile: compiled, onCall });
  const batches = endlessInputs(spec, tables.labels.length);
  return {
    about: { parameters: countParameters(spec.model), versions: {}, compiled: program.compiled },
    async time(steps) {
      Object.assign(spent, { run: 0, readBack: 0 });
      let drawing = 0;
      let loss = Number.NaN;
      const began = performance.now();
      for (let step = 0; step < steps; step++) {
        const at = performance.now();
        const inputs = batches.next().value;
        drawing += performance.now() - at;
        loss = program.run('train', inputs).loss![0]!;
      }
      const total = performance.now() - began;
      const phases = program.compiled
        ? { input: total - spent.run - spent.readBack, ...spent }
        : { input: drawing, run: total - drawing, readBack: null };
      return { work: steps * spec.batchSize, seconds: total / 1000, loss, phases: perStep(phases, steps) };
    },
  };
}

/** Batch after batch, epoch after epoch. */
function* endlessInputs(spec: RunSpec, count: number): Generator<CallInputs, never> {
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  for (let epoch = 1; ; epoch++) yield* epochInputs(spec, rows, epoch, () => spec.optimizer.learningRate);
}

const perStep = ({ input, run, readBack }: Phases, steps: number): Phases => ({
  input: input / steps,
  run: run / steps,
  readBack: readBack === null ? null : readBack / steps,
});

/** TensorFlow.js as its documentation shows it: a layers model, float32 arrays in memory, `fit` with accuracy. */
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
      // Neither making the tensors nor fit's preparation is timed: a long run does both once.
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

/** Large enough for the kernel's best speed, small enough that a product takes a few tenths of a second at most. */
const MATRIX_SIDE = { native: 2048, wasm: 512 } as const;

/** Products of two square float32 matrices: the fastest is taken as the machine's peak. */
export function matmul(): Contender {
  const side = MATRIX_SIDE[currentEngine().name];
  const [a, b] = [1, 2].map((seed) => tf.randomUniform([side, side], -1, 1, 'float32', seed) as tf.Tensor2D);
  return {
    about: { parameters: null, versions: {} },
    async time(steps) {
      const began = performance.now();
      for (let step = 0; step < steps; step++) {
        // Reading one value waits for the product, since some devices return before they have computed.
        tf.tidy(() => tf.matMul(a!, b!).slice([0, 0], [1, 1]).dataSync());
      }
      const seconds = (performance.now() - began) / 1000;
      return { work: 2 * side ** 3 * steps, seconds, loss: null };
    },
  };
}
