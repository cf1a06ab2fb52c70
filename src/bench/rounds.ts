import type { EngineInfo } from '../engine/index.js';
import type { ModelName } from '../models/index.js';
import {
  CONTENDER_TITLES,
  type ContenderName,
  type KerasContenderName,
  type MeasuredContender,
  type MeasuredContenders,
  STEPS_PER_EXECUTION,
  type Timing,
} from './contender.js';
import { type ContenderCommand, ContenderProcess } from './contender-process.js';
import { type KerasPython, kerasCommand } from './keras.js';
import { requireComparable } from './result.js';
import { workerCommand } from './worker.js';

const ROUND_SECONDS = 2;
/** Steps of the first warm-up call. */
const FIRST_STEPS = 5;
/** Matrix products after each round, a few tenths of a second. */
const PRODUCTS = 10;

export interface RoundsOptions {
  readonly batchSize: number;
  /** Number of images in the arrays, a multiple of the batch size. */
  readonly images: number;
  /** Rounds after the warm-up. */
  readonly repetitions: number;
  /** Steps per repetition. Default: as many as take about two seconds. */
  readonly steps?: number | undefined;
  /** False runs our steps eagerly. */
  readonly compile: boolean;
  /** Whether to time our steps with convolutions in bfloat16 too. */
  readonly bf16: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What all models of a benchmark share. */
export interface Session {
  readonly options: RoundsOptions;
  /** Contains the arrays. */
  readonly folder: string;
  readonly keras: KerasPython;
  readonly engine: EngineInfo;
  readonly matmul: ContenderProcess;
  readonly onStep: (model: ModelName, detail: string) => void;
}

interface RunningContender extends MeasuredContender {
  readonly process: ContenderProcess;
  readonly timings: Timing[];
}

/**
 * Times all contenders of a model in rounds, one repetition of each contender per round, so that drift in the machine's
 * speed affects all of them alike. Appends the timings of the matrix products after each round to `products`.
 */
export async function measureModel(
  session: Session,
  model: ModelName,
  products: Timing[],
): Promise<MeasuredContenders> {
  const { options, onStep, matmul } = session;
  const processes: ContenderProcess[] = [];
  const running = new Map<ContenderName, RunningContender>();
  const steps = new Map<ContenderName, number>();
  try {
    for (const [name, command] of commands(session, model)) {
      onStep(model, `starting ${CONTENDER_TITLES[name]}`);
      const process = new ContenderProcess({ ...command, signal: options.signal });
      processes.push(process);
      running.set(name, { process, about: await process.ready(), timings: [] });
    }
    const batches = options.images / options.batchSize;
    for (const [name, { process }] of running) {
      onStep(model, `warming up ${CONTENDER_TITLES[name]}`);
      const multipleOf = name === 'kerasTuned' ? STEPS_PER_EXECUTION : 1;
      steps.set(name, await warmUp(process, { asked: options.steps, multipleOf, batches }));
    }
    for (let round = 1; round <= options.repetitions; round++) {
      for (const [name, { process, timings }] of running) {
        onStep(model, `repetition ${round}/${options.repetitions}, ${CONTENDER_TITLES[name]}`);
        timings.push(await process.time(steps.get(name)!));
      }
      products.push(...(await timeProducts(matmul)));
    }
  } finally {
    await Promise.all(processes.map((process) => process.end()));
  }
  const measured = Object.fromEntries(
    [...running].map(([name, { about, timings }]) => [name, { about, timings }]),
  ) as unknown as MeasuredContenders;
  requireComparable(model, measured);
  return measured;
}

/** Times matrix products one by one, since only the fastest counts. */
export async function timeProducts(matmul: ContenderProcess): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (let product = 0; product < PRODUCTS; product++) timings.push(await matmul.time(1));
  return timings;
}

function commands(session: Session, model: ModelName): [ContenderName, ContenderCommand][] {
  const { options, folder, keras, engine } = session;
  const { batchSize, compile } = options;
  const inNode = (contender: 'ours' | 'bf16' | 'fit'): [ContenderName, ContenderCommand] => {
    return [contender, workerCommand({ contender, engine: engine.name, model, batchSize, folder, compile })];
  };
  const all = [inNode('ours'), ...(options.bf16 ? [inNode('bf16')] : []), inNode('fit')];
  if (keras.path === undefined) return all;
  const { path: python } = keras;
  const inPython = (contender: KerasContenderName): [ContenderName, ContenderCommand] => {
    return [contender, kerasCommand({ python, contender, model, batchSize, folder })];
  };
  return [...all, inPython('keras'), inPython('kerasTuned')];
}

/** The number of steps nearest to `steps` that `fit` can run: at most an epoch of `batches`, or whole epochs. */
export function feasibleSteps(steps: number, batches: number): number {
  return steps <= batches ? steps : Math.round(steps / batches) * batches;
}

/** Steps that take about two seconds: at least one `multipleOf`, and a multiple of it unless they are whole epochs. */
export function stepsFor(secondsPerStep: number, multipleOf: number, batches: number): number {
  const wanted = Math.max(1, Math.round(ROUND_SECONDS / secondsPerStep / multipleOf)) * multipleOf;
  return feasibleSteps(wanted, batches);
}

/**
 * Warms a contender up, so that compilation and first allocations are not timed, and returns the number of steps of a
 * repetition: `asked`, or as many as take about two seconds.
 */
export async function warmUp(
  contender: Pick<ContenderProcess, 'time'>,
  { asked, multipleOf, batches }: { asked?: number | undefined; multipleOf: number; batches: number },
): Promise<number> {
  let steps = feasibleSteps(asked ?? Math.max(FIRST_STEPS, multipleOf), batches);
  await contender.time(steps);
  if (asked !== undefined) return steps;
  // The first call compiled, the second shows roughly the speed, the third is a whole repetition that does not count.
  for (let trial = 0; trial < 2; trial++) {
    const { seconds } = await contender.time(steps);
    steps = stepsFor(seconds / steps, multipleOf, batches);
  }
  return steps;
}
