import { WhyconvError } from '../base/errors.js';
import { MODELS, type ModelName } from '../models/index.js';
import type { ContenderName, MeasuredContender, MeasuredContenders, Phases } from './contender.js';
import { trainingFlops } from './workload.js';

/** The benchmark's result, as it is saved. */
export interface BenchmarkResult {
  readonly machine: Machine;
  readonly models: readonly ModelResult[];
}

export interface Machine {
  /** ISO 8601, start of the benchmark. */
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly engine: 'native' | 'wasm';
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  /** Whether our steps ran as compiled graphs. */
  readonly compiled: boolean;
  /** node, tfjs, tensorflow or wasm; of Keras: python, keras, kerasTensorflow. */
  readonly versions: Readonly<Record<string, string>>;
  /** Of this project's source; null outside a repository. */
  readonly commit: string | null;
  /** Floating-point operations per second of the benchmark's fastest product of two float32 matrices. */
  readonly matmulPeak: number;
  readonly batchSize: number;
  readonly images: number;
  readonly repetitions: number;
  /** Why Keras was not measured; null if it was. */
  readonly withoutKeras: string | null;
}

/** Median and range of values: with a few repetitions, the range says more than an estimate of the variance. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface ContenderResult {
  /** Training images per second. */
  readonly imagesPerSecond: Summary;
  /** Images per second of each round, in the order of the rounds. */
  readonly rounds: readonly number[];
  /** Peak resident memory of the process, arrays included; null where the system does not report it. */
  readonly peakMemoryBytes: number | null;
}

export interface ModelResult {
  readonly model: ModelName;
  /** By name; those that did not run are absent. */
  readonly contenders: Readonly<Partial<Record<ContenderName, ContenderResult>>> & {
    readonly ours: ContenderResult;
    readonly fit: ContenderResult;
  };
  /** Per-round ratios of our speed to that of the faster Keras, the one with the lower median ratio. */
  readonly kerasRatio: Summary | null;
  /** Per-round ratios of our speed in bfloat16 to that in float32. */
  readonly bf16Ratio: Summary | null;
  /** Of a training step, per image: see {@link trainingFlops}. */
  readonly flopsPerImage: number;
  /** Fraction of `matmulPeak` that our median speed times `flopsPerImage` reaches. */
  readonly peakShare: number;
  /** Milliseconds per training step of this project, medians. */
  readonly phases: Phases;
}

/** Computes a model's result from the timings of its contenders. */
export function modelResult(model: ModelName, measured: MeasuredContenders, matmulPeak: number): ModelResult {
  const results = Object.entries(measured).map(([name, contender]) => [name, contenderResult(contender)]);
  const contenders = Object.fromEntries(results) as ModelResult['contenders'];
  const { ours, bf16, keras, kerasTuned } = contenders;
  const kerasRatios = [keras, kerasTuned].flatMap((other) => (other ? [pairedRatio(ours, other)] : []));
  const flopsPerImage = trainingFlops(MODELS[model]);
  return {
    model,
    contenders,
    kerasRatio: kerasRatios.sort((a, b) => a.median - b.median)[0] ?? null,
    bf16Ratio: bf16 ? pairedRatio(bf16, ours) : null,
    flopsPerImage,
    peakShare: (ours.imagesPerSecond.median * flopsPerImage) / matmulPeak,
    phases: medianPhases(measured.ours.timings.map(({ phases }) => phases!)),
  };
}

function contenderResult({ timings }: MeasuredContender): ContenderResult {
  const rounds = timings.map(({ work, seconds }) => work / seconds);
  const peakMemoryBytes = timings.at(-1)?.peakMemoryBytes ?? null;
  return { imagesPerSecond: summarize(rounds), rounds, peakMemoryBytes };
}

/** Ratios within each round: the machine's drift from round to round cancels. */
const pairedRatio = (a: ContenderResult, b: ContenderResult): Summary =>
  summarize(a.rounds.map((speed, round) => speed / b.rounds[round]!));

/** Peak memory of the Keras that uses less; null if Keras was not measured. */
export function kerasPeakMemory({ contenders: { keras, kerasTuned } }: ModelResult): number | null {
  const known = [keras, kerasTuned].flatMap((contender) => contender?.peakMemoryBytes ?? []);
  return known.length > 0 ? Math.min(...known) : null;
}

/** Refuses to compare contenders that train different networks, or do not train. */
export function requireComparable(model: ModelName, measured: MeasuredContenders): void {
  const entries = Object.entries(measured);
  if (new Set(entries.map(([, { about }]) => about.parameters)).size > 1) {
    const counts = entries.map(([name, { about }]) => `${name} ${about.parameters}`);
    throw defect('the contenders do not train the same network', model, `parameters: ${counts.join(', ')}`);
  }
  for (const [name, { timings }] of entries) {
    if (timings.some(({ loss }) => loss === null)) {
      throw defect('a contender does not train: its loss is not a number', model, name);
    }
  }
}

const defect = (what: string, where: string, found: string) =>
  new WhyconvError({ what, where, found, remedy: 'please report it: this is a bug in the benchmark' });

/** Median (the mean of the middle two for an even count), minimum and maximum. Throws RangeError if there are none. */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('cannot summarize no values');
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

function medianPhases(phases: readonly Phases[]): Phases {
  const median = (pick: (phase: Phases) => number | null): number | null => {
    const known = phases.map(pick).filter((value) => value !== null);
    return known.length > 0 ? summarize(known).median : null;
  };
  return {
    input: median(({ input }) => input)!,
    run: median(({ run }) => run)!,
    readBack: median(({ readBack }) => readBack),
  };
}
