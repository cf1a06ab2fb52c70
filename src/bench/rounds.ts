import { join } from 'node:path';
import type { EngineChoice, EngineInfo } from '../engine/index.js';
import type { ModelName } from '../models/index.js';
import type { ContenderName, Timing, WorkerConfig } from './contender.js';
import { kerasLaunch, TITLES, workerLaunch } from './launch.js';
import { type Measured, type MeasuredByName, requireComparable } from './model-result.js';
import type { BenchmarkOptions } from './options.js';
import { ContenderProcess, type Launch } from './process.js';
import type { KerasPython } from './python.js';
import { STEPS_PER_EXECUTION, warmUp } from './steps.js';

/** What a benchmark works with while it lasts. */
export interface Bench {
  readonly options: BenchmarkOptions;
  readonly folder: string;
  readonly keras: KerasPython;
  readonly engine: EngineInfo;
  readonly matmul: ContenderProcess;
  readonly tick: (model: ModelName, detail: string) => void;
}

/** Name of the Python contender's file in the benchmark's folder. */
export const SCRIPT = 'keras_contender.py';
/** Products after each round: some tenths of a second. */
const PRODUCTS = 10;

/** A contender while its model's turn lasts. */
interface Entrant {
  readonly name: ContenderName;
  readonly process: ContenderProcess;
  readonly timings: Timing[];
  steps: number;
}

/** Runs all contenders of a model in turn; appends to `products` what the matmul contender measures in between. */
export async function measureModel(
  bench: Bench,
  model: ModelName,
  products: Timing[],
): Promise<MeasuredByName> {
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
      products.push(...(await timeProducts(matmul)));
    }
  } finally {
    await Promise.all(entrants.map(({ process }) => process.end()));
  }
  requireComparable(model, measured as Record<ContenderName, Measured>);
  return measured as MeasuredByName;
}

/** One by one, since the fastest counts. */
export async function timeProducts(matmul: ContenderProcess): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (let product = 0; product < PRODUCTS; product++) timings.push(await matmul.time(1));
  return timings;
}

function launches(bench: Bench, model: ModelName): Partial<Record<ContenderName, Launch>> {
  const { options, folder, keras, engine } = bench;
  const node = (contender: 'ours' | 'bf16' | 'fit') =>
    workerLaunch({ ...workerConfig(contender, options, engine.name, folder), model });
  const ours = { ours: node('ours'), ...(options.bf16 && { bf16: node('bf16') }), fit: node('fit') };
  if (keras.path === undefined) return ours;
  const script = join(folder, SCRIPT);
  const python = (contender: 'keras' | 'kerasTuned') =>
    kerasLaunch({ python: keras.path, script, contender, model, folder, batchSize: options.batchSize });
  return {
    ...ours,
    keras: python('keras'),
    kerasTuned: python('kerasTuned'),
  };
}

export const workerConfig = (
  contender: WorkerConfig['contender'],
  { batchSize, compile }: BenchmarkOptions,
  engine: EngineChoice,
  folder: string,
): WorkerConfig => ({ contender, engine, model: '', batchSize, folder, compile });

export const start = (launch: Launch, { signal }: BenchmarkOptions) =>
  new ContenderProcess({ ...launch, signal });
