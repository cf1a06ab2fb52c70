import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import { type RunSpec, runSpecSchema } from './run-spec.js';

/** What a run was and what came of it; every claim of the study is computed from these. */
export interface RunRecord {
  readonly version: 1;
  /** {@link runKey} of the spec. */
  readonly key: string;
  readonly spec: RunSpec;
  /** `diverged`: the loss stopped being a number; such a record has history but no results. */
  readonly status: 'complete' | 'diverged';
  readonly parameters: number;
  readonly history: readonly EpochRecord[];
  /** Absent where the run diverged. */
  readonly results?: RunResults | undefined;
  readonly provenance: Provenance;
}

export interface EpochRecord {
  /** 1, 2, ... */
  readonly epoch: number;
  readonly learningRate: number;
  /** Means over the epoch's batches while the weights changed, dropout on. Nats; 0 to 1. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  /** Wall-clock of the training steps alone, and with validation. */
  readonly trainSeconds: number;
  readonly seconds: number;
}

/** Of the weights of the epoch with the lowest validation loss, dropout off. */
export interface RunResults {
  readonly bestEpoch: number;
  /** Highest over all epochs: "peak validation accuracy", which is what was published. */
  readonly peakValidationAccuracy: number;
  readonly train: Evaluation;
  readonly validation: Evaluation;
  /** Evaluated once, after training ended. */
  readonly test: Evaluation & { readonly confusion: readonly (readonly number[])[] };
}

export interface Evaluation {
  readonly count: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Top-1, 0 to 1. */
  readonly accuracy: number;
}

export interface Provenance {
  readonly engine: string;
  /** Whether steps ran as compiled graphs. */
  readonly compiled: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly cores: number;
  /** That one operation was spread over. */
  readonly threads: number;
  readonly commit: string | null;
  readonly datasetOfficial: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Wall-clock of all finished epochs, training and validation, over all sittings. */
  readonly seconds: number;
  /** Training images a second, validation not counted; 0 where no epoch was finished. */
  readonly imagesPerSecond: number;
  /** Of the process, at most. */
  readonly peakMemoryBytes: number;
  /** How often the run was taken up again from a checkpoint. */
  readonly resumed: number;
}

/** NaN and infinities, which JSON lacks, are written as null. */
const loss = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const evaluation = z.object({ count: z.int(), loss, accuracy: z.number() });

export const epochSchema = z.object({
  epoch: z.int(),
  learningRate: z.number(),
  trainLoss: loss,
  trainAccuracy: z.number(),
  validationLoss: loss,
  validationAccuracy: z.number(),
  trainSeconds: z.number(),
  seconds: z.number(),
});

const provenanceSchema = z.object({
  engine: z.string(),
  compiled: z.boolean(),
  versions: z.record(z.string(), z.string()),
  cpu: z.string(),
  cores: z.int(),
  threads: z.int(),
  commit: z.string().nullable(),
  datasetOfficial: z.boolean(),
  startedAt: z.string(),
  finishedAt: z.string(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  peakMemoryBytes: z.number(),
  resumed: z.int(),
});

const recordSchema = z.object({
  version: z.literal(1),
  key: z.string(),
  spec: runSpecSchema,
  status: z.enum(['complete', 'diverged']),
  parameters: z.int(),
  history: z.array(epochSchema),
  results: z
    .object({
      bestEpoch: z.int(),
      peakValidationAccuracy: z.number(),
      train: evaluation,
      validation: evaluation,
      test: evaluation.extend({ confusion: z.array(z.array(z.int())) }),
    })
    .optional(),
  provenance: provenanceSchema,
});

/** Parses the text of a stored record. */
export function parseRunRecord(text: string, where: string): RunRecord {
  const remedy = 'delete the file: the run will be trained again';
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    const found = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new WhyconvError({ what: 'not a valid run record', where, found, remedy }, { cause });
  }
}
