import { createHash } from 'node:crypto';
import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import type { Precision } from '../engine/index.js';
import { type ModelSpec, modelSpecSchema, parseModelSpec } from '../models/index.js';

/** Everything that decides a run's result, as data: two runs with equal specs are the same run. */
export interface RunSpec {
  /** SHA-256 of the dataset's content. */
  readonly dataset: string;
  readonly split: SplitSpec;
  readonly transform: TransformSpec;
  readonly model: ModelSpec;
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  readonly maxEpochs: number;
  /** Epochs without a better validation loss after which training stops. */
  readonly patience: number;
  /** Fixes initial weights, order of batches and dropout. */
  readonly seed: number;
  /** What convolutions compute in; weights and all else are float32 in any case. */
  readonly precision: Precision;
}

export interface SplitSpec {
  /** Fixes which images validate; the same for all runs of a study, so that seeds compare on equal data. */
  readonly seed: number;
  /** Validation images, stratified, taken from the training set. */
  readonly validation: number;
  /** Training images, stratified, of those left; null takes all. */
  readonly train: number | null;
  /** Test images, stratified; null takes all. */
  readonly test: number | null;
}

/** What is done to every image alike, of train, validation and test. */
export type TransformSpec =
  | { readonly kind: 'none' }
  /** One fixed permutation of pixel positions, over the image or inside blocks of `blockSize` pixels. */
  | { readonly kind: 'permutePixels'; readonly seed: number; readonly blockSize: number | null };

export interface OptimizerSpec {
  readonly kind: 'adam';
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly schedule: ScheduleSpec;
}

export type ScheduleSpec =
  | { readonly kind: 'constant' }
  /** Multiplies the rate by `factor` after `patience` epochs without a better validation loss. */
  | { readonly kind: 'reduceOnPlateau'; readonly factor: number; readonly patience: number };

const count = z.int().positive();
const seed = z.int();
const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.literal('reduceOnPlateau'), factor: z.number().gt(0).lt(1), patience: count }),
]);

export const runSpecSchema: z.ZodType<RunSpec> = z.strictObject({
  dataset: z.string().regex(/^[0-9a-f]{64}$/),
  split: z.strictObject({ seed, validation: count, train: count.nullable(), test: count.nullable() }),
  transform: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('permutePixels'), seed, blockSize: count.nullable() }),
  ]),
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
  patience: count,
  seed,
  precision: z.enum(['float32', 'bf16']),
});

/** Parses a spec from outside; names the field that does not fit, or the layer. */
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

/** SHA-256 (hex) of the spec's canonical JSON: the run's name in the store. */
export const runKey = (spec: RunSpec): string =>
  createHash('sha256').update(canonicalJson(spec)).digest('hex');
