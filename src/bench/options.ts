import type { OnProgress } from '../base/progress.js';
import type { EngineChoice } from '../engine/index.js';
import type { ModelName } from '../models/index.js';

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
  /** Whether our steps are timed with convolutions in bfloat16 too. */
  readonly bf16: boolean;
  /** The Python that has Keras; absent, it is looked for. "none" leaves Keras out. */
  readonly python?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Told in words what a reader of the results must know. */
  readonly onNote?: (text: string) => void;
}
