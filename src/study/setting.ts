import type { Precision } from '../engine/index.js';
import type { ModelSpec } from '../models/index.js';
import type { RunSpec } from '../training/index.js';
import { epochsOn, optimizerOf, type Protocol } from './protocol.js';

/** Everything of a run but its seed, as an experiment says it; what is left out is the study's own. */
export interface Setting {
  /** The network. */
  readonly model: ModelSpec;
  /** How it is trained. */
  readonly protocol: Protocol;
  /** Training images; null: all that do not validate. */
  readonly images: number | null;
  /** Validation images. */
  readonly validation: number;
  /** Test images; null: all. */
  readonly test: number | null;
  /** Pixels are permuted inside blocks of this many pixels a side: 1 leaves an image as it is, 32 permutes all of it. */
  readonly block?: number;
  /** Training images are moved by up to this many pixels, differently in each epoch. */
  readonly shift?: number;
}

/** What a setting is trained on. */
export interface SettingSubject {
  /** The dataset's fingerprint. */
  readonly dataset: string;
  /** Training images the dataset has, validation included. */
  readonly available: number;
  /** Of the run: initial weights, order of batches, dropout, training subset, permutation. */
  readonly seed: number;
  /** What convolutions are computed in; default: float32. */
  readonly precision?: Precision | undefined;
  /** Limit of the number of epochs, for profiles that only show that everything runs. */
  readonly maxEpochs?: number | undefined;
}

/**
 * The full spec of a run.
 *
 * @example
 * ```ts
 * import { MODELS, PROTOCOLS, runSpec } from 'whyconv';
 *
 * const setting = { model: MODELS.small, protocol: PROTOCOLS.fast, images: 2_500, validation: 5_000, test: null };
 * const spec = runSpec(setting, { dataset: '0'.repeat(64), available: 50_000, seed: 0 });
 * spec.maxEpochs; // => 34
 * spec.split.train; // => 2_500
 * ```
 */
export function runSpec(setting: Setting, subject: SettingSubject): RunSpec {
  const { model, protocol, images, validation, test, block = 1, shift = 0 } = setting;
  const { dataset, available, seed, precision = 'float32', maxEpochs = Number.POSITIVE_INFINITY } = subject;
  const [side] = model.inputShape;
  return {
    dataset,
    split: { seed: 0, validation, train: images, test },
    transform:
      block === 1 ? { kind: 'none' } : { kind: 'permutePixels', blockSize: block === side ? null : block },
    augmentation: shift === 0 ? { kind: 'none' } : { kind: 'shift', pixels: shift },
    model,
    optimizer: optimizerOf(protocol),
    batchSize: protocol.batchSize,
    maxEpochs: Math.min(epochsOn(protocol, images ?? available - validation), maxEpochs),
    patience: protocol.patience,
    labelSmoothing: protocol.labelSmoothing,
    seed,
    precision,
  };
}
