import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import { type RunSpec, runSpecSchema, TRAINING_SEMANTICS, writtenSpec } from './run-spec.js';

/** What a run was and what it resulted in; every claim of the study is computed from these. */
export interface RunRecord {
  /** Of the record's format. */
  readonly version: 2;
  /** {@link TRAINING_SEMANTICS} that it was trained under. */
  readonly semantics: number;
  /** {@link runKey} of the spec. */
  readonly key: string;
  /** What was run, in full. */
  readonly spec: RunSpec;
  /** `diverged`: the loss stopped being a number; such a record has history but no results. */
  readonly status: 'complete' | 'diverged';
  /** Trainable weights and biases of the network. */
  readonly parameters: number;
  /** One entry per finished epoch, in order. */
  readonly history: readonly EpochRecord[];
  /** Absent where the run diverged. */
  readonly results?: RunResults | undefined;
  /** What the numbers depend on besides the spec. */
  readonly provenance: Provenance;
}

/** One pass over the training images. */
export interface EpochRecord {
  /** 1, 2, ... */
  readonly epoch: number;
  /** In the epoch's first step. */
  readonly learningRate: number;
  /** Means over the epoch's batches while the weights changed, dropout on. Nats; 0 to 1. */
  readonly trainLoss: number;
  /** Share of the epoch's images classified correctly on the way, 0 to 1. */
  readonly trainAccuracy: number;
  /** Mean cross-entropy after the epoch, dropout off; null, like the accuracy, after an epoch that was not validated. */
  readonly validationLoss: number | null;
  /** Top-1 on the validation images after the epoch, 0 to 1. */
  readonly validationAccuracy: number | null;
  /** Wall-clock of the training steps alone, and with validation. */
  readonly trainSeconds: number;
  /** Wall-clock of training and validation together. */
  readonly seconds: number;
}

/** Of the weights that were kept, dropout off. */
export interface RunResults {
  /** The epoch they are from: of the lowest validation loss where the run stops early, otherwise the last. */
  readonly keptEpoch: number;
  /** Highest over all validated epochs: "peak validation accuracy", which is what was published. */
  readonly peakValidationAccuracy: number;
  /** On the run's training images. */
  readonly train: Evaluation;
  /** On the run's validation images. */
  readonly validation: Evaluation;
  /** Evaluated once, after training ended. */
  readonly test: Evaluation & { readonly confusion: readonly (readonly number[])[] };
}

/** What a network answers on one set of images. */
export interface Evaluation {
  /** Images. */
  readonly count: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Top-1, 0 to 1. */
  readonly accuracy: number;
  /**
   * Which images were classified correctly, so that two networks can be compared image by image: base64 of one bit per
   * image, in the order of `splitIndices`. Read with `unpackBits`.
   */
  readonly correct: string;
}

/** What a record's numbers depend on besides its spec, as it was while the run was trained. */
export interface Provenance {
  /** `native` or `wasm`. */
  readonly engine: string;
  /** Where convolutions ran. */
  readonly device: 'cpu' | 'gpu';
  /** Whether steps ran as compiled graphs. */
  readonly compiled: boolean;
  /** Of Node, of TensorFlow.js, and of the library that computed. */
  readonly versions: Readonly<Record<string, string>>;
  /** The processor's name. */
  readonly cpu: string;
  /** That the process was allowed to use. */
  readonly cores: number;
  /** That computed at once. */
  readonly threads: number;
  /** Threads that one operation was spread over: convolutions differ in their last bits between 1 and 2. */
  readonly threadsPerOperation: number;
  /** Parts that a batch was cut into, which decides the order of summation. */
  readonly shards: number;
  /** Of the source; null outside the project's repository. */
  readonly commit: string | null;
  /** Whether published checksums had shown the dataset to be the official CIFAR-10. */
  readonly datasetOfficial: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  /** Wall-clock of all finished epochs, training and validation, over all sittings. */
  readonly seconds: number;
  /**
   * Share of the machine's processor time that other processes used meanwhile, 0 to 1: above a few percent durations
   * say little. Absent where it is not known, as in records made before it was read.
   */
  readonly othersShare?: number | undefined;
  /** Training images per second, validation not counted; 0 where no epoch was finished. */
  readonly imagesPerSecond: number;
  /** Of the process, at most. */
  readonly peakMemoryBytes: number;
  /** How often the run was resumed from a checkpoint. */
  readonly resumed: number;
}

const DISTURBED = 0.05;

/** Whether other processes used so much of the machine that durations say little; undefined where that is not known. */
export const isDisturbed = ({ othersShare }: Pick<Provenance, 'othersShare'>): boolean | undefined =>
  othersShare === undefined ? undefined : othersShare > DISTURBED;

/** NaN and infinities, which JSON lacks, are written as null. */
const loss = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const evaluation = z.object({ count: z.int(), loss, accuracy: z.number(), correct: z.base64() });

export const epochSchema = z
  .object({
    epoch: z.int(),
    learningRate: z.number(),
    trainLoss: loss,
    trainAccuracy: z.number(),
    validationLoss: loss,
    validationAccuracy: z.number().nullable(),
    trainSeconds: z.number(),
    seconds: z.number(),
  })
  .transform((epoch) => ({
    ...epoch,
    validationLoss: epoch.validationAccuracy === null ? null : epoch.validationLoss,
  }));

export const provenanceSchema = z.object({
  engine: z.string(),
  device: z.enum(['cpu', 'gpu']),
  compiled: z.boolean(),
  versions: z.record(z.string(), z.string()),
  cpu: z.string(),
  cores: z.int(),
  threads: z.int(),
  threadsPerOperation: z.int(),
  shards: z.int(),
  commit: z.string().nullable(),
  datasetOfficial: z.boolean(),
  startedAt: z.string(),
  finishedAt: z.string(),
  seconds: z.number(),
  othersShare: z.number().optional(),
  imagesPerSecond: z.number(),
  peakMemoryBytes: z.number(),
  resumed: z.int(),
});

const FORMAT = 2;

const headerSchema = z.object({ version: z.int(), semantics: z.int().optional() });

const recordSchema = z.object({
  version: z.literal(FORMAT),
  semantics: z.int(),
  key: z.string(),
  spec: runSpecSchema,
  status: z.enum(['complete', 'diverged']),
  parameters: z.int(),
  history: z.array(epochSchema),
  results: z
    .object({
      keptEpoch: z.int(),
      peakValidationAccuracy: z.number(),
      train: evaluation,
      validation: evaluation,
      test: evaluation.extend({ confusion: z.array(z.array(z.int())) }),
    })
    .optional(),
  provenance: provenanceSchema,
});

/**
 * Parses the text of a stored record.
 *
 * @returns `outdated` for a record of an earlier format or an earlier version of training's semantics: its numbers are not
 * those that this version would compute
 * @throws WhyconvError where it is no record at all
 * @example
 * ```ts
 * import { parseRunRecord } from 'whyconv';
 *
 * parseRunRecord('{"version": 1}', 'old.json'); // => 'outdated'
 * parseRunRecord('{"version": 2', 'half.json'); // throws WhyconvError: not a valid run record: half.json
 * ```
 */
export function parseRunRecord(text: string, where: string): RunRecord | 'outdated' {
  try {
    const json: unknown = JSON.parse(text);
    const header = headerSchema.parse(json);
    if (header.version < FORMAT || header.semantics !== TRAINING_SEMANTICS) return 'outdated';
    return recordSchema.parse(json);
  } catch (cause) {
    const found = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    const remedy = 'delete the file: the run will be trained again';
    throw new WhyconvError({ what: 'not a valid run record', where, found, remedy }, { cause });
  }
}

/**
 * The text of a record, as it is stored.
 *
 * @example
 * ```ts
 * import { formatRunRecord, parseRunRecord, recordedRuns } from 'whyconv';
 *
 * const [record] = await recordedRuns();
 * parseRunRecord(formatRunRecord(record!), 'record.json'); // => record
 * ```
 */
export function formatRunRecord(record: RunRecord): string {
  return `${JSON.stringify({ ...record, spec: writtenSpec(record.spec) }, null, 1)}\n`;
}
