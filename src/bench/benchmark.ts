import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnProgress } from '../base/progress.js';
import type { EngineChoice, EngineInfo } from '../engine/index.js';
import type { ModelName } from '../models/index.js';
import { writeArrays } from './arrays.js';
import type { ContenderName, Timing, WorkerConfig } from './contender.js';
import { KERAS_SCRIPT } from './keras-script.js';
import { kerasLaunch, TITLES, workerLaunch } from './launch.js';
import { describeMachine } from './machine.js';
import { type Measured, type MeasuredByName, modelResult, requireComparable } from './model-result.js';
import { ContenderProcess, type Launch } from './process.js';
import { findKeras, type KerasPython } from './python.js';
import type { BenchmarkResult } from './result.js';
import { STEPS_PER_EXECUTION, warmUp } from './steps.js';

export interface BenchmarkOptions {
  readonly models: readonly ModelName[];
  readonly batchSize: number;
  /** In the arrays; a multiple of the batch size. */
  readonly images: number;
  readonly engine: EngineChoice;
  readonly repetitions: number;
  /** Of a repetition; absent, as many as take about two seconds. */
  readonly steps?: number | undefined;
  /** False runs our steps eagerly. */
  readonly compile: boolean;
  /** The Python that has Keras; absent, it is looked for. "none" leaves Keras out. */
  readonly python?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Told in words what a reader of the results must know. */
  readonly onNote?: (text: string) => void;
}

/** What a benchmark works with while it lasts. */
interface Bench {
  readonly options: BenchmarkOptions;
  readonly folder: string;
  readonly keras: KerasPython;
  readonly engine: EngineInfo;
  readonly matmul: ContenderProcess;
  readonly tick: (model: ModelName, detail: string) => void;
}

/** Products after each round: some tenths of a second. */
const PRODUCTS = 10;

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

const SCRIPT = 'keras_contender.py';

async function runModels(bench: Bench, date: string): Promise<BenchmarkResult> {
  const { options, engine, keras, matmul } = bench;
  const products = [await matmul.time(PRODUCTS)];
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

/** A contender while its model's turn lasts. */
interface Entrant {
  readonly name: ContenderName;
  readonly process: ContenderProcess;
  readonly timings: Timing[];
  steps: number;
}

/** Runs all contenders of a model in turn; appends to `products` what the matmul contender measures in between. */
async function measureModel(bench: Bench, model: ModelName, products: Timing[]): Promise<MeasuredByName> {
  const { options, tick, matmul } = bench;
  const entrants: Entrant[] = [];
  const measured: Partial<Record<ContenderName, Measured>> = {};
  try {
    for (const [name, launch] of Object.entries(launches(bench, model)) as [ContenderName, Launch][]) {
      tick(model, `starting ${TITLES[name]}`);
      const entrant: Entrant = { name, process: start(launch, options), timings: [], steps: 0 };
      entrants.push(entrant);
      measured[name] = { ready: await entrant.process.ready(), timings: entrant.timings };
    }
    const batches = options.images / options.batchSize;
    for (const entrant of entrants) {
      tick(model, `warming up ${TITLES[entrant.name]}`);
      const grain = entrant.name === 'kerasTuned' ? STEPS_PER_EXECUTION : 1;
      entrant.steps = await warmUp(entrant.process, { asked: options.steps, grain, batches });
    }
    for (let repetition = 1; repetition <= options.repetitions; repetition++) {
      for (const { name, process, timings, steps } of entrants) {
        tick(model, `repetition ${repetition}/${options.repetitions}, ${TITLES[name]}`);
        timings.push(await process.time(steps));
      }
      products.push(await matmul.time(PRODUCTS));
    }
  } finally {
    await Promise.all(entrants.map(({ process }) => process.end()));
  }
  requireComparable(model, measured as Record<ContenderName, Measured>);
  return measured as MeasuredByName;
}

function launches(bench: Bench, model: ModelName): Partial<Record<ContenderName, Launch>> {
  const { options, folder, keras, engine } = bench;
  const node = (contender: 'ours' | 'fit') =>
    workerLaunch({ ...workerConfig(contender, options, engine.name, folder), model });
  if (keras.path === undefined) return { ours: node('ours'), fit: node('fit') };
  const script = join(folder, SCRIPT);
  const python = (contender: 'keras' | 'kerasTuned') =>
    kerasLaunch({ python: keras.path, script, contender, model, folder, batchSize: options.batchSize });
  return {
    ours: node('ours'),
    fit: node('fit'),
    keras: python('keras'),
    kerasTuned: python('kerasTuned'),
  };
}

const workerConfig = (
  contender: WorkerConfig['contender'],
  { batchSize, compile }: BenchmarkOptions,
  engine: EngineChoice,
  folder: string,
): WorkerConfig => ({ contender, engine, model: '', batchSize, folder, compile });

const start = (launch: Launch, { signal }: BenchmarkOptions) => new ContenderProcess({ ...launch, signal });

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
function ticker({ models, repetitions, onProgress }: BenchmarkOptions, keras: KerasPython): Bench['tick'] {
  const contenders = keras.path === undefined ? 2 : 4;
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
