export { type BenchmarkOptions, runBenchmark } from './benchmark.js';
export type { ContenderName, Phases } from './contender.js';
export { besideHostile, describeHostile } from './hostile.js';
export {
  type BenchmarkResult,
  type ContenderResult,
  type Machine,
  type ModelResult,
  modelResult,
  type Summary,
  summarize,
} from './result.js';
export { compareServing, overload } from './serving.js';
export { describeOverload, describeServing } from './serving-table.js';
export { describeBenchmark } from './table.js';
export { missedTargets, TARGET_BATCH } from './targets.js';
export { defaultImages, trainingFlops } from './workload.js';
