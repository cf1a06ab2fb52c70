/*
 * Trained networks in the formats of other programs: SavedModel, ONNX, safetensors, SageMaker's archive. Each takes pixels from
 * 0 to 1 and gives the logits of this project's own inference within 1e-4. It reads none of them back.
 */
import { join } from 'node:path';
import type { TrainedNetwork } from '../runs/index.js';
import { writeOnnx } from './onnx.js';
import { writeSafetensors } from './safetensors.js';
import { MODEL_FILE, writeSagemakerArchive } from './sagemaker.js';
import { writeSavedModel } from './savedmodel.js';

export { MODEL_FILE };

export const EXPORT_FORMATS = ['savedmodel', 'onnx', 'safetensors', 'sagemaker'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Where a network goes inside a folder. */
const PLACES: Readonly<Record<ExportFormat, (name: string) => string>> = {
  // TensorFlow's server looks for a version below a model's name.
  savedmodel: (name) => join(name, '1'),
  onnx: (name) => `${name}.onnx`,
  safetensors: (name) => `${name}.safetensors`,
  sagemaker: () => 'model.tar.gz',
};

const WRITERS: Readonly<Record<ExportFormat, (path: string, network: TrainedNetwork) => Promise<void>>> = {
  savedmodel: writeSavedModel,
  onnx: writeOnnx,
  safetensors: writeSafetensors,
  sagemaker: writeSagemakerArchive,
};

/**
 * Writes a network into `folder`, whole or not at all.
 *
 * @returns the path of the file, or of the folder of a SavedModel
 */
export async function exportNetwork(
  format: ExportFormat,
  network: TrainedNetwork,
  folder: string,
): Promise<string> {
  const path = join(folder, PLACES[format](network.model.name));
  await WRITERS[format](path, network);
  return path;
}
