import type { BenchmarkResult, ContenderResult, ModelResult } from '../../src/bench/index.js';
import type { ModelName } from '../../src/models/index.js';

/** A contender's result with this median speed, in images per second. */
export function fabricatedContender(median: number, peakMemoryBytes = 500e6): ContenderResult {
  return { imagesPerSecond: { median, min: 900, max: 1100 }, rounds: [median], peakMemoryBytes };
}

export const exactly = (value: number) => ({ median: value, min: value, max: value });

/** A model's result that meets every target, except for what is overridden. */
export function fabricatedModel(model: ModelName, overrides: Partial<ModelResult> = {}): ModelResult {
  return {
    model,
    contenders: {
      ours: fabricatedContender(12_345.6),
      fit: fabricatedContender(1000),
      keras: fabricatedContender(900),
      kerasTuned: fabricatedContender(950, 600e6),
    },
    kerasRatio: { median: 13, min: 12.5, max: 14 },
    bf16Ratio: null,
    flopsPerImage: 1e6,
    peakShare: 0.975,
    phases: { input: 0.1, run: 2.5, readBack: 0.01 },
    ...overrides,
  };
}

/** A model's result without Keras. */
export function withoutKeras(model: ModelName): ModelResult {
  const { ours, fit } = fabricatedModel(model).contenders;
  return fabricatedModel(model, { contenders: { ours, fit }, kerasRatio: null });
}

export function fabricatedResult(
  models: readonly ModelResult[],
  machine: Partial<BenchmarkResult['machine']> = {},
): BenchmarkResult {
  return {
    machine: {
      date: '2026-01-02T03:04:05.678Z',
      cpu: 'a processor',
      cores: 2,
      memoryBytes: 16e9,
      platform: 'linux-x64',
      engine: 'native',
      device: 'cpu',
      threads: 2,
      compiled: true,
      versions: {
        node: '20.0.0',
        tfjs: '4.0.0',
        tensorflow: '2.0.0',
        keras: '3.0.0',
        kerasTensorflow: '2.0.1',
        python: '3.1.4',
      },
      commit: null,
      matmulPeak: 432.1e9,
      batchSize: 64,
      images: 44_800,
      repetitions: 5,
      withoutKeras: null,
      ...machine,
    },
    models,
  };
}
