import { createHash } from 'node:crypto';
import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import type { Precision } from '../engine/index.js';
import { type ModelSpec, modelSpecSchema, parseModelSpec } from '../models/index.js';

/**
 * Everything that decides a run's result, as data: two runs with equal specs are the same run. On one processor and
 * library their results are identical bit for bit, however many cores or workers computed them; where they may differ in
 * their last bits (another processor, engine or library), the record's provenance names what decided.
 */
export interface RunSpec {
  /** SHA-256 of the dataset's content. */
  readonly dataset: string;
  /** Which of the dataset's images it uses, and for what. */
  readonly split: SplitSpec;
  /** @default none */
  readonly transform: TransformSpec;
  /**
   * What is done to each training image, differently in each epoch.
   * @default none
   */
  readonly augmentation: AugmentationSpec;
  /** The network. */
  readonly model: ModelSpec;
  /** How its weights are moved. */
  readonly optimizer: OptimizerSpec;
  /** Images per step; the last, incomplete batch of an epoch is left out. */
  readonly batchSize: number;
  /** Passes over the training images, at most: 1 or more. */
  readonly maxEpochs: number;
  /**
   * Early stopping: epochs without a better validation loss after which training stops, and the weights of the best epoch
   * are kept. Null trains all epochs and keeps the last weights.
   * @default null
   */
  readonly patience: number | null;
  /**
   * Share of the target probability spread evenly over all classes (Szegedy et al. 2016), in training only.
   * @default 0
   */
  readonly labelSmoothing: number;
  /** Fixes initial weights, order of batches, dropout, the training subset and the pixel permutation. */
  readonly seed: number;
  /**
   * What convolutions compute in; weights and everything else are float32 in any case.
   * @default float32
   */
  readonly precision: Precision;
}

/** Which images a run trains on, validates on and is tested on. */
export interface SplitSpec {
  /**
   * Fixes the validation and test images: the same for all runs of a study, so that networks compare on equal images.
   * The training subset varies with the run's seed.
   */
  readonly seed: number;
  /** Validation images, stratified, taken from the training set. */
  readonly validation: number;
  /**
   * Training images, stratified, of the remaining ones; null takes all.
   * @default null
   */
  readonly train: number | null;
  /**
   * Test images, stratified; null takes all.
   * @default null
   */
  readonly test: number | null;
}

/** What is done to every image of train, validation and test alike. */
export type TransformSpec =
  | { readonly kind: 'none' }
  /** One permutation of pixel positions per seed of a run, over the whole image or inside blocks of `blockSize` pixels. */
  | { readonly kind: 'permutePixels'; readonly blockSize: number | null };

/** What is done to training images only, drawn again for each image and epoch. */
export type AugmentationSpec =
  | { readonly kind: 'none' }
  /** Moved by up to `pixels` to each side, in x and y independently; uncovered pixels are black. */
  | { readonly kind: 'shift'; readonly pixels: number };

/** Adam, and how its rate changes. */
export interface OptimizerSpec {
  /** The only one there is. */
  readonly kind: 'adam';
  /** The rate before its schedule, above 0. */
  readonly learningRate: number;
  /** Decay of the mean of gradients, 0 to below 1. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients, 0 to below 1. */
  readonly beta2: number;
  /** Added to the root of that mean, above 0. */
  readonly epsilon: number;
  /** How the rate changes. */
  readonly schedule: ScheduleSpec;
}

/** How the learning rate changes over a run. */
export type ScheduleSpec =
  | { readonly kind: 'constant' }
  /** Multiplies the rate by `factor` after `patience` epochs without a better validation loss. */
  | { readonly kind: 'reduceOnPlateau'; readonly factor: number; readonly patience: number }
  /**
   * One cycle over all steps of the run (Smith & Topin 2019, "Super-convergence"): the rate rises linearly from `initial`
   * times the optimizer's rate to the whole of it during the first `warmup` share of the steps, then falls linearly to 0.
   */
  | { readonly kind: 'oneCycle'; readonly warmup: number; readonly initial: number };

/**
 * Version of what training computes from a spec, part of every key. Raise it when the numbers of any run change: the test
 * "training computes what it computed" fails then.
 *
 * 2: the training subset and the pixel permutation vary with the run's seed; two shards everywhere on a CPU.
 */
export const TRAINING_SEMANTICS = 2;

/**
 * What a field is where a written spec lacks it. A field that is added later belongs here, with the value that keeps the
 * meaning of all specs written before: their keys do not change.
 */
const DEFAULTS = {
  split: { train: null, test: null },
  transform: { kind: 'none' },
  augmentation: { kind: 'none' },
  patience: null,
  labelSmoothing: 0,
  precision: 'float32',
} as const;

const count = z.int().positive();
const seed = z.int();
const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.literal('reduceOnPlateau'), factor: z.number().gt(0).lt(1), patience: count }),
  z.strictObject({
    kind: z.literal('oneCycle'),
    warmup: z.number().gt(0).lt(1),
    initial: z.number().min(0).max(1),
  }),
]);

export const runSpecSchema: z.ZodType<RunSpec, unknown> = z.strictObject({
  dataset: z.string().regex(/^[0-9a-f]{64}$/),
  split: z.strictObject({
    seed,
    validation: count,
    train: count.nullable().default(DEFAULTS.split.train),
    test: count.nullable().default(DEFAULTS.split.test),
  }),
  transform: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('permutePixels'), blockSize: count.nullable() }),
    ])
    .default(DEFAULTS.transform),
  augmentation: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('shift'), pixels: count }),
    ])
    .default(DEFAULTS.augmentation),
  model: modelSpecSchema,
  optimizer: z.strictObject({
    kind: z.literal('adam'),
    learningRate: z.number().positive(),
    beta1: z.number().min(0).lt(1),
    beta2: z.number().min(0).lt(1),
    epsilon: z.number().positive(),
    schedule: scheduleSchema,
  }),
  batchSize: count,
  maxEpochs: count,
  patience: count.nullable().default(DEFAULTS.patience),
  labelSmoothing: z.number().min(0).lt(1).default(DEFAULTS.labelSmoothing),
  seed,
  precision: z.enum(['float32', 'bf16']).default(DEFAULTS.precision),
});

/**
 * Parses a spec from outside; names the field that does not fit, or the layer.
 *
 * @param where what it is read from, for the error
 * @throws WhyconvError where a field is missing, misspelt or out of range
 * @example
 * ```ts
 * import { parseRunSpec, recordedRuns } from 'whyconv';
 *
 * const [record] = await recordedRuns();
 * const { spec } = record!;
 * parseRunSpec(JSON.parse(JSON.stringify(spec)), 'spec.json'); // => spec
 * parseRunSpec({ ...spec, seed: 'x' }, 'spec.json'); // throws WhyconvError: not a valid run spec: spec.json
 * ```
 */
export function parseRunSpec(value: unknown, where: string): RunSpec {
  const result = runSpecSchema.safeParse(value);
  if (!result.success)
    throw new WhyconvError({ what: 'not a valid run spec', where, found: z.prettifyError(result.error) });
  parseModelSpec(result.data.model, `${where}, model`);
  return result.data;
}

/** JSON with sorted keys: equal specs have equal text, however they were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The spec as it is written: without the fields that stand at their default. `parseRunSpec` fills them in again. */
export function writtenSpec(spec: Omit<RunSpec, 'model'>): Readonly<Record<string, unknown>> {
  const { split, ...defaults } = DEFAULTS;
  return { ...withoutDefaults(spec, defaults), split: withoutDefaults(spec.split, split) };
}

const withoutDefaults = (fields: object, defaults: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => !(name in defaults) || canonicalJson(value) !== canonicalJson(defaults[name]),
    ),
  );

/**
 * SHA-256 (hex) of the written spec and the version of training's semantics: the run's name in the store. The model's name
 * is left out, since it decides nothing.
 *
 * @example
 * ```ts
 * import { recordedRuns, runKey } from 'whyconv';
 *
 * const [record] = await recordedRuns();
 * runKey(record!.spec); // => record!.key
 * runKey({ ...record!.spec, seed: 99 }) === record!.key; // => false
 * ```
 */
export function runKey(spec: RunSpec): string {
  const { name: _, ...model } = spec.model;
  const decisive = { semantics: TRAINING_SEMANTICS, ...writtenSpec(spec), model };
  return createHash('sha256').update(canonicalJson(decisive)).digest('hex');
}
