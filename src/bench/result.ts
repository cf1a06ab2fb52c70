import type { ModelName } from '../models/index.js';
import type { ContenderName, Phases } from './contender.js';
import type { Range } from './statistics.js';

/** What the benchmark found, as it is saved. Speeds are training images a second, medians over the repetitions. */
export interface BenchmarkResult {
  readonly machine: Machine;
  readonly models: readonly ModelResult[];
}

export interface Machine {
  /** ISO 8601, when it began. */
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
  /** Floating-point operations a second of the fastest product of two float32 matrices during the benchmark. */
  readonly matmulPeak: number;
  readonly batchSize: number;
  readonly images: number;
  readonly repetitions: number;
  /** Why there are no figures of Keras; null where there are. */
  readonly withoutKeras: string | null;
}

export interface ModelResult {
  readonly model: ModelName;
  /** Ours. */
  readonly imagesPerSecond: number;
  /** Lowest and highest of the repetitions, by contender. */
  readonly spread: Readonly<Record<ContenderName, Range | null>>;
  /** Ours with convolutions in bfloat16; null where it was not asked for. */
  readonly bf16: number | null;
  /** TensorFlow.js's `model.fit`. */
  readonly fit: number;
  /** Keras's `fit` by default, and with `steps_per_execution=20`. */
  readonly keras: number | null;
  readonly kerasTuned: number | null;
  /** Ours to the faster Keras. */
  readonly ratio: number | null;
  /** Of a training step, per image: see trainingFlops. */
  readonly flopsPerImage: number;
  /** Share of `matmulPeak` that imagesPerSecond * flopsPerImage reaches, 0 to 1. */
  readonly peakShare: number;
  /** Resident memory of the contender's process at most, arrays included. */
  readonly peakMemoryBytes: number | null;
  readonly fitPeakMemoryBytes: number | null;
  /** The lower of the two. */
  readonly kerasPeakMemoryBytes: number | null;
  /** Milliseconds of one of our steps, medians. */
  readonly phases: Phases;
  /** Images a second of each repetition, in the order they were run. */
  readonly samples: Readonly<Record<ContenderName, readonly number[] | null>>;
}
