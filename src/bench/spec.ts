import type { ModelSpec } from '../models/index.js';
import { PROTOCOLS, runSpec } from '../study/index.js';
import type { RunSpec } from '../training/index.js';

/** The study's protocol for a model, with another batch size. What concerns data and epochs plays no part here. */
export function benchmarkSpec(model: ModelSpec, batchSize: number): RunSpec {
  const protocol = { ...PROTOCOLS.replication, batchSize };
  const setting = { model, protocol, images: null, validation: 1, test: null };
  return runSpec(setting, { dataset: '0'.repeat(64), available: 2, seed: 0 });
}
