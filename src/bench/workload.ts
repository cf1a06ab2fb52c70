import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { random } from '../base/random.js';
import { CLASS_COUNT, IMAGE_BYTES } from '../data/index.js';
import { type ModelSpec, modelArithmetic, modelTotals } from '../models/index.js';
import { PROTOCOLS, runSpec } from '../study/index.js';
import type { RunSpec, trainingProgram } from '../training/index.js';
import { STEPS_PER_EXECUTION } from './contender.js';

/** Images and labels, as a training program takes them. */
export type Tables = Parameters<typeof trainingProgram>[1];

/** Files in which all contenders find the arrays; keras_contender.py names them too. */
const IMAGES_FILE = 'images.bin';
const LABELS_FILE = 'labels.bin';

/** Images written at a time: few, because a process's peak memory is inherited by the processes it starts. */
const CHUNK = 256;
/** Training images of the study. */
const STUDY_IMAGES = 45_000;

/** The study's protocol for a model, with another batch size. What it says about data and epochs is not used. */
export function benchmarkSpec(model: ModelSpec, batchSize: number): RunSpec {
  const protocol = { ...PROTOCOLS.replication, batchSize };
  const setting = { model, protocol, images: null, validation: 1, test: null };
  return runSpec(setting, { dataset: '0'.repeat(64), available: 2, seed: 0 });
}

/**
 * The study's number of training images, rounded down to whole executions of 20 batches so that no contender has a
 * smaller last batch; to whole batches where an execution is larger than the study.
 */
export function defaultImages(batchSize: number): number {
  const whole = (unit: number) => Math.floor(STUDY_IMAGES / unit) * unit;
  return whole(batchSize * STEPS_PER_EXECUTION) || whole(batchSize);
}

/**
 * Floating-point operations of a training step, per image. The forward pass costs {@link modelTotals}'s `flops`
 * (two per multiply-accumulate of convolutions and dense layers). The backward pass computes the gradients with respect
 * to each layer's weights and to its input, each at the same cost. The first layer with weights needs no gradient with
 * respect to its input, the image: 3 * forward - first layer's forward.
 *
 * Bias, ReLU, pooling, dropout, softmax and Adam are not counted, as they multiply no matrices; the share of the matmul
 * peak computed from this is therefore a lower bound.
 */
export function trainingFlops(spec: ModelSpec): number {
  const first = modelArithmetic(spec).find(({ parameters }) => parameters > 0);
  return 3 * modelTotals(spec).flops - (first?.flops ?? 0);
}

/**
 * Writes seeded noise as uint8 images [count, 32, 32, 3] and labels [count] into a folder, for all contenders to read:
 * the time of a step does not depend on what the images show.
 */
export async function writeArrays(folder: string, count: number, seed: number): Promise<void> {
  const stream = random(seed, 'benchmark');
  const labels = Uint8Array.from({ length: count }, () => stream.integer(0, CLASS_COUNT - 1));
  await writeFile(join(folder, LABELS_FILE), labels);
  const words = new Uint32Array((CHUNK * IMAGE_BYTES) / Uint32Array.BYTES_PER_ELEMENT);
  const file = await open(join(folder, IMAGES_FILE), 'w');
  try {
    for (let first = 0; first < count; first += CHUNK) {
      for (let i = 0; i < words.length; i++) words[i] = stream.uniform() * 2 ** 32;
      await file.write(new Uint8Array(words.buffer, 0, Math.min(CHUNK, count - first) * IMAGE_BYTES));
    }
  } finally {
    await file.close();
  }
}

export async function readArrays(folder: string): Promise<Tables> {
  const [images, labels] = await Promise.all([
    readFile(join(folder, IMAGES_FILE)),
    readFile(join(folder, LABELS_FILE)),
  ]);
  return { images: new Uint8Array(images.buffer, images.byteOffset, images.length), labels };
}
