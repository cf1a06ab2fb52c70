import type { ModelName } from '../models/index.js';
import { type BenchmarkResult, kerasPeakMemory, type ModelResult } from './result.js';
import { megabytes } from './table.js';

/** What the native engine should reach with batches of {@link TARGET_BATCH}. */
interface Target {
  /** Lowest ratio to the faster Keras. */
  readonly kerasRatio: number;
  /** Lowest ratio of bfloat16 to float32, where it was timed. */
  readonly bf16Ratio?: number;
  /** Lowest fraction of the matmul peak. */
  readonly peakShare?: number;
}

export const TARGET_BATCH = 64;

const TARGETS: Readonly<Record<ModelName, Target>> = {
  baseline: { kerasRatio: 1.3 },
  small: { kerasRatio: 1.3 },
  medium: { kerasRatio: 1.05 },
  big: { kerasRatio: 1.05, bf16Ratio: 1.4, peakShare: 0.75 },
  extra_big: { kerasRatio: 1.05, bf16Ratio: 1.4, peakShare: 0.75 },
};

/** One sentence per target that a result misses. A figure that was not measured misses its target. */
export function missedTargets({ machine, models }: BenchmarkResult): string[] {
  const missed: string[] = [];
  if (machine.engine !== 'native') missed.push(`engine: ${machine.engine} ran, the targets are for native`);
  if (machine.batchSize !== TARGET_BATCH) {
    missed.push(`batch: ${machine.batchSize}, the targets are for ${TARGET_BATCH}`);
  }
  return [...missed, ...models.flatMap(missedBy)];
}

function missedBy(result: ModelResult): string[] {
  const { model, kerasRatio, bf16Ratio, peakShare } = result;
  const target = TARGETS[model];
  const missed: string[] = [];
  if (!kerasRatio) {
    missed.push(`${model}: speed against Keras was not measured, target ${target.kerasRatio} times`);
  } else if (kerasRatio.median < target.kerasRatio) {
    missed.push(
      `${model}: ${kerasRatio.median.toFixed(3)} times the faster Keras, target ${target.kerasRatio}`,
    );
  }
  if (target.bf16Ratio && bf16Ratio && bf16Ratio.median < target.bf16Ratio) {
    missed.push(
      `${model}: bfloat16 is ${bf16Ratio.median.toFixed(3)} times float32, target ${target.bf16Ratio}`,
    );
  }
  if (target.peakShare && peakShare < target.peakShare) {
    missed.push(
      `${model}: ${(100 * peakShare).toFixed(1)} % of the matmul peak, target ${100 * target.peakShare} %`,
    );
  }
  return [...missed, ...missedMemory(result)];
}

function missedMemory(result: ModelResult): string[] {
  const [ours, keras] = [result.contenders.ours.peakMemoryBytes, kerasPeakMemory(result)];
  if (ours === null || keras === null) return [`${result.model}: peak memory against Keras was not measured`];
  if (ours <= keras) return [];
  return [`${result.model}: peak memory ${megabytes(ours)}, target at most Keras's ${megabytes(keras)}`];
}
