import { weightShapes } from '../models/index.js';
import type { TrainedNetwork } from '../runs/index.js';
import { writeTensorFile } from '../training/index.js';

/** Writes a network as a file that stands by itself: the weights, and in its metadata the architecture as JSON. */
export async function writeSafetensors(
  file: string,
  { model, weights, key, source }: TrainedNetwork,
): Promise<void> {
  const tensors = Object.fromEntries(
    weightShapes(model).map(({ name, shape }, i) => [name, { shape, values: weights[i]! }]),
  );
  const metadata = { model: model.name, spec: JSON.stringify(model), source, ...(key && { key }) };
  await writeTensorFile(file, { tensors, metadata });
}
