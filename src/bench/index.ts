export { runBenchmark } from './benchmark.js';
export type { ContenderName, Phases } from './contender.js';
export { trainingFlops } from './flops.js';
export type { BenchmarkOptions } from './options.js';
export type { BenchmarkResult, Machine, ModelResult } from './result.js';
export { median, type Range, range } from './statistics.js';
export { defaultImages } from './steps.js';
export { describeBenchmark } from './table.js';
export { missedTargets, TARGET_BATCH } from './targets.js';
