import type { ModelSpec } from '../models/index.js';
import { runSpec } from '../study/index.js';
import type { RunSpec } from '../training/index.js';

/** The study's protocol for a model, with another batch size. What concerns data and epochs plays no part here. */
export function benchmarkSpec(model: ModelSpec, batchSize: number): RunSpec {
  const budget = {
    split: { seed: 0, train: null, validation: 1, test: null },
    maxEpochs: 1,
    patience: 1,
  };
  return { ...runSpec({ dataset: '0'.repeat(64), model, budget, seed: 0 }), batchSize };
}
