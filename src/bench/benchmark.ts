import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineInfo } from '../engine/index.js';
import type { ModelName } from '../models/index.js';
import { writeArrays } from './arrays.js';
import { KERAS_SCRIPT } from './keras-script.js';
import { workerLaunch } from './launch.js';
import { describeMachine } from './machine.js';
import { type MeasuredByName, modelResult } from './model-result.js';
import type { BenchmarkOptions } from './options.js';
import type { ContenderProcess } from './process.js';
import { findKeras, type KerasPython } from './python.js';
import type { BenchmarkResult } from './result.js';
import { type Bench, measureModel, SCRIPT, start, timeProducts, workerConfig } from './rounds.js';

/**
 * Times training steps of each model: ours, TensorFlow.js's `model.fit`, Keras's `fit` by default and tuned, on the same
 * arrays, each in a process of its own. Repetitions are run in turn (A B C D A B C D ...), since a machine's speed drifts
 * over minutes, and one at a time: while one contender computes, the others wait for input.
 *
 * @throws WhyconvError where a contender fails, InterruptedError when `signal` aborts; no process outlives the call.
 */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const date = new Date().toISOString();
  options.onProgress?.({ task: 'looking for Keras, making arrays', fraction: 0 });
  const keras = await findKeras(options.python, options.signal);
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-bench-'));
  let matmul: ContenderProcess | undefined;
  try {
    await writeArrays(folder, options.images, 0);
    await writeFile(join(folder, SCRIPT), KERAS_SCRIPT);
    matmul = start(workerLaunch(workerConfig('matmul', options, options.engine, folder)), options);
    const engine = (await matmul.ready()).engine!;
    tellNotes(options, keras, engine);
    const bench = { options, folder, keras, engine, matmul, tick: ticker(options, keras) };
    return await runModels(bench, date);
  } finally {
    await matmul?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runModels(bench: Bench, date: string): Promise<BenchmarkResult> {
  const { options, engine, keras, matmul } = bench;
  const products = await timeProducts(matmul);
  const measured: [ModelName, MeasuredByName][] = [];
  for (const model of options.models) {
    measured.push([model, await measureModel(bench, model, products)]);
  }
  const matmulPeak = Math.max(...products.map(({ work, seconds }) => work / seconds));
  const { batchSize, images, repetitions } = options;
  const compiled = measured[0]![1].ours.ready.compiled === true;
  const about = { date, compiled, matmulPeak, batchSize, images, repetitions };
  return {
    machine: describeMachine(engine, keras, about),
    models: measured.map(([model, contenders]) => modelResult(model, contenders, matmulPeak)),
  };
}

function tellNotes(
  { onNote, engine: asked }: BenchmarkOptions,
  keras: KerasPython,
  engine: EngineInfo,
): void {
  if (asked === 'auto' && engine.name === 'wasm') {
    onNote?.(
      'the native engine is not installed: timing WebAssembly; npm run engine installs the native one',
    );
  }
  if (keras.path === undefined) {
    onNote?.(
      `no comparison with Keras: ${keras.reason}; --python PATH names a Python with tensorflow and keras`,
    );
  } else if (engine.name === 'native' && keras.versions.tensorflow !== engine.library) {
    onNote?.(`not the same TensorFlow: ours is ${engine.library}, Keras's is ${keras.versions.tensorflow}`);
  }
}

/** Reports progress by the count of starts, warm-ups and repetitions. */
function ticker(
  { models, repetitions, bf16, onProgress }: BenchmarkOptions,
  keras: KerasPython,
): Bench['tick'] {
  const contenders = (keras.path === undefined ? 2 : 4) + (bf16 ? 1 : 0);
  const total = models.length * contenders * (2 + repetitions);
  const began = performance.now();
  let done = 0;
  return (task, detail) => {
    const fraction = done++ / total;
    const spent = (performance.now() - began) / 1000;
    const secondsLeft = fraction > 0.05 ? (spent / fraction) * (1 - fraction) : undefined;
    onProgress?.({ task, fraction, detail, ...(secondsLeft !== undefined && { secondsLeft }) });
  };
}
