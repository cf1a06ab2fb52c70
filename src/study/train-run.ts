import type { Dataset } from '../data/index.js';
import { type RunSpec, runKey, type TrainOptions, train } from '../training/index.js';
import type { RunStore } from './store.js';

/** Trains a run, takes up its checkpoint where the store has one, and stores its record. Answers its key. */
export async function trainRun(
  spec: RunSpec,
  dataset: Dataset,
  store: RunStore,
  options: Pick<TrainOptions, 'onProgress' | 'signal'>,
): Promise<string> {
  const key = runKey(spec);
  await store.put(await train(spec, dataset, { ...options, checkpointPath: store.checkpointPath(key) }));
  return key;
}
