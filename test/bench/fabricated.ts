import type { BenchmarkResult, ModelResult } from '../../src/bench/index.js';
import type { ModelName } from '../../src/models/index.js';

/** A result of a model that reaches every target, but for what is overridden. */
export function fabricatedModel(model: ModelName, overrides: Partial<ModelResult> = {}): ModelResult {
  const spread = { min: 900, max: 1100 };
  return {
    model,
    imagesPerSecond: 12_345.6,
    spread: { ours: spread, bf16: null, fit: spread, keras: spread, kerasTuned: spread },
    bf16: null,
    fit: 1000,
    keras: 900,
    kerasTuned: 950,
    ratio: 1.3,
    flopsPerImage: 1e6,
    peakShare: 0.75,
    peakMemoryBytes: 500e6,
    fitPeakMemoryBytes: 900e6,
    kerasPeakMemoryBytes: 500e6,
    phases: { input: 0.1, run: 2.5, readBack: 0.01 },
    samples: { ours: [1], bf16: null, fit: [1], keras: [1], kerasTuned: [1] },
    ...overrides,
  };
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
