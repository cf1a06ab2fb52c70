import type { ModelName } from '../models/index.js';
import type { BenchmarkResult, ModelResult } from './result.js';

/** Times the faster Keras that every model must reach, and those of which more is asked. */
export const RATIO_TARGET = 1.05;
export const RATIO_TARGETS: Readonly<Partial<Record<ModelName, number>>> = { baseline: 1.3, small: 1.3 };
/** Share of the matmul peak. */
export const PEAK_TARGETS: Readonly<Partial<Record<ModelName, number>>> = { big: 0.75, extra_big: 0.75 };
/** Times our float32 steps that those in bfloat16 must reach, where they were timed. */
export const BF16_TARGETS: Readonly<Partial<Record<ModelName, number>>> = { big: 1.4, extra_big: 1.4 };
/** What the targets are about. */
export const TARGET_BATCH = 64;

/**
 * The targets that a result misses, a sentence each; none where all are reached. They are about the native engine and
 * batches of 64; a figure that was not measured is a target missed, because nothing shows that it was reached.
 */
export function missedTargets({ machine, models }: BenchmarkResult): string[] {
  const missed: string[] = [];
  if (machine.engine !== 'native') missed.push(`engine: ${machine.engine} ran, the targets are for native`);
  if (machine.batchSize !== TARGET_BATCH) {
    missed.push(`batch: ${machine.batchSize}, the targets are for ${TARGET_BATCH}`);
  }
  return [
    ...missed,
    ...models.flatMap((model) => [ratio(model), bfloat16(model), peak(model), memory(model)].flat()),
  ];
}

function ratio({ model, ratio: found }: ModelResult): string[] {
  const target = RATIO_TARGETS[model] ?? RATIO_TARGET;
  if (found === null) return [`${model}: speed against Keras was not measured, target ${target} times`];
  return found >= target ? [] : [`${model}: ${found.toFixed(3)} times the faster Keras, target ${target}`];
}

function bfloat16({ model, bf16, imagesPerSecond }: ModelResult): string[] {
  const target = BF16_TARGETS[model];
  if (target === undefined || bf16 === null || bf16 >= target * imagesPerSecond) return [];
  return [`${model}: bfloat16 is ${(bf16 / imagesPerSecond).toFixed(3)} times float32, target ${target}`];
}

function peak({ model, peakShare }: ModelResult): string[] {
  const target = PEAK_TARGETS[model];
  if (target === undefined || peakShare >= target) return [];
  return [`${model}: ${(100 * peakShare).toFixed(1)} % of the matmul peak, target ${100 * target} %`];
}

function memory({ model, peakMemoryBytes: ours, kerasPeakMemoryBytes: keras }: ModelResult): string[] {
  if (ours === null || keras === null) return [`${model}: peak memory against Keras was not measured`];
  if (ours <= keras) return [];
  return [`${model}: peak memory ${megabytes(ours)}, target at most Keras's ${megabytes(keras)}`];
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
