import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedCores, allowedMemory, cpuModel } from '../base/machine.js';
import type { OnProgress } from '../base/progress.js';
import type { EngineChoice, EngineInfo } from '../engine/index.js';
import type { ModelName } from '../models/index.js';
import { sourceCommit } from '../training/index.js';
import type { MeasuredContenders } from './contender.js';
import { ContenderProcess } from './contender-process.js';
import { findKeras, type KerasPython } from './keras.js';
import { type BenchmarkResult, type Machine, modelResult } from './result.js';
import { measureModel, type RoundsOptions, type Session, timeProducts } from './rounds.js';
import { workerCommand } from './worker.js';
import { writeArrays } from './workload.js';

export interface BenchmarkOptions extends RoundsOptions {
  readonly models: readonly ModelName[];
  readonly engine: EngineChoice;
  /** Path of the Python that has Keras, `none` to leave Keras out. Default: see {@link findKeras}. */
  readonly python?: string | undefined;
  readonly onProgress?: OnProgress;
  /** Called with each fact that a reader of the results must know, in words. */
  readonly onNote?: (text: string) => void;
}

/**
 * Times training steps of each model: ours, TensorFlow.js's `model.fit`, and Keras's `fit` by default and tuned, on the
 * same arrays, each in its own process. Repetitions are interleaved (A B C D A B C D ...), since a machine's speed drifts
 * over minutes, and compared within their round. While one contender computes, the others wait for input.
 *
 * @throws WhyconvError if a contender fails, InterruptedError when `signal` aborts; no process outlives the call.
 */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const date = new Date().toISOString();
  options.onProgress?.({ task: 'looking for Keras, writing arrays', fraction: 0 });
  const keras = await findKeras(options.python, options.signal);
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-bench-'));
  let matmul: ContenderProcess | undefined;
  try {
    await writeArrays(folder, options.images, 0);
    matmul = startMatmul(options, folder);
    const engine = (await matmul.ready()).engine!;
    reportNotes(options, keras, engine);
    const session = { options, folder, keras, engine, matmul, onStep: stepCounter(options, keras) };
    return await measureModels(session, options.models, date);
  } finally {
    await matmul?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function startMatmul(
  { engine, batchSize, compile, models, signal }: BenchmarkOptions,
  folder: string,
): ContenderProcess {
  const config = { contender: 'matmul', engine, model: models[0]!, batchSize, folder, compile } as const;
  return new ContenderProcess({ ...workerCommand(config), signal });
}

async function measureModels(
  session: Session,
  models: readonly ModelName[],
  date: string,
): Promise<BenchmarkResult> {
  const products = await timeProducts(session.matmul);
  const measured: [ModelName, MeasuredContenders][] = [];
  for (const model of models) measured.push([model, await measureModel(session, model, products)]);
  const matmulPeak = Math.max(...products.map(({ work, seconds }) => work / seconds));
  const compiled = measured[0]![1].ours.about.compiled === true;
  return {
    machine: { date, compiled, matmulPeak, ...describeMachine(session) },
    models: measured.map(([model, contenders]) => modelResult(model, contenders, matmulPeak)),
  };
}

/** The machine, the versions and the settings of a benchmark. */
function describeMachine({
  engine,
  keras,
  options,
}: Session): Omit<Machine, 'date' | 'compiled' | 'matmulPeak'> {
  const { batchSize, images, repetitions } = options;
  const { tensorflow: kerasTensorflow, ...python } = keras.path === undefined ? {} : keras.versions;
  return {
    cpu: cpuModel(),
    cores: allowedCores(),
    memoryBytes: allowedMemory(),
    platform: `${process.platform}-${process.arch}`,
    engine: engine.name,
    device: engine.device,
    threads: engine.threads,
    versions: {
      node: process.versions.node,
      tfjs: engine.tfjs,
      [engine.name === 'native' ? 'tensorflow' : 'wasm']: engine.library,
      ...python,
      ...(kerasTensorflow !== undefined && { kerasTensorflow }),
    },
    commit: sourceCommit(),
    batchSize,
    images,
    repetitions,
    withoutKeras: keras.path === undefined ? keras.reason : null,
  };
}

function reportNotes(
  { onNote, engine: choice }: BenchmarkOptions,
  keras: KerasPython,
  engine: EngineInfo,
): void {
  if (choice === 'auto' && engine.name === 'wasm') {
    onNote?.('the native engine is not installed: timing WebAssembly; `npm run engine` installs it');
  }
  if (keras.path === undefined) {
    onNote?.(
      `no comparison with Keras: ${keras.reason}; --python PATH names a Python with tensorflow and keras`,
    );
  } else if (engine.name === 'native' && keras.versions.tensorflow !== engine.library) {
    onNote?.(
      `different TensorFlow versions: ours is ${engine.library}, Keras's ${keras.versions.tensorflow}`,
    );
  }
}

/** Reports progress by counting starts, warm-ups and repetitions. */
function stepCounter(
  { models, repetitions, bf16, onProgress }: BenchmarkOptions,
  keras: KerasPython,
): Session['onStep'] {
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
