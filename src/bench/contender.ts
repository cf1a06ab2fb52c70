import { z } from 'zod';
import type { EngineInfo } from '../engine/index.js';

/**
 * A contender is one of the programs that the benchmark compares. Each runs in its own process, one per model, so that
 * its peak memory is its own. Processes exchange JSON, one message per line: `ready` once, then one timing per request.
 * Between requests they wait for input and compute nothing.
 *
 * `ours` is this project's training step, `bf16` the same with convolutions in bfloat16, `fit` TensorFlow.js's
 * `model.fit`, `keras` and `kerasTuned` Keras's `fit` by default and with `steps_per_execution`.
 */
export const CONTENDER_NAMES = ['ours', 'bf16', 'fit', 'keras', 'kerasTuned'] as const;

export type ContenderName = (typeof CONTENDER_NAMES)[number];
export type KerasContenderName = 'keras' | 'kerasTuned';

/** Steps that tuned Keras runs per call; its step counts are multiples of it. */
export const STEPS_PER_EXECUTION = 20;

/** Names of contenders in tables and messages. */
export const CONTENDER_TITLES: Readonly<Record<ContenderName, string>> = {
  ours: 'whyconv',
  bf16: 'whyconv bf16',
  fit: 'tfjs fit',
  keras: 'Keras fit',
  kerasTuned: `Keras x${STEPS_PER_EXECUTION}`,
};

/** Asks for this many training steps; the matmul process multiplies matrices instead. */
export const requestSchema = z.object({ steps: z.int().positive() });

/** Milliseconds per step; `readBack` is null where it cannot be separated from `run`. */
export interface Phases {
  /** Shuffling, row indices, dropout masks, feed tensors. */
  readonly input: number;
  /** The call into TensorFlow; of an eager step, everything that is not `input`. */
  readonly run: number;
  /** Copying the outputs to the host. */
  readonly readBack: number | null;
}

const phasesSchema = z.object({ input: z.number(), run: z.number(), readBack: z.number().nullable() });

export const timingSchema = z.object({
  /** Images trained on; floating-point operations of the matmul process. */
  work: z.number().positive(),
  seconds: z.number().positive(),
  /** Of the last step or epoch; null, which is how JSON writes NaN, if it is not a number. */
  loss: z.number().nullable(),
  /** Peak resident memory since the process started; null where the system does not report it. */
  peakMemoryBytes: z.number().nullable(),
  phases: phasesSchema.optional(),
});

export type Timing = z.infer<typeof timingSchema>;

export const readySchema = z.object({
  ready: z.literal(true),
  /** Trainable parameters, on which all contenders must agree; null for the matmul process. */
  parameters: z.number().nullable(),
  versions: z.record(z.string(), z.string()),
  /** Set by processes that run Node. */
  engine: z.custom<EngineInfo>((value) => typeof value === 'object' && value !== null).optional(),
  /** Whether steps ran as compiled graphs; set by `ours` and `bf16`. */
  compiled: z.boolean().optional(),
});

export type Ready = z.infer<typeof readySchema>;

/** The last message of a process that has failed. */
export const failureSchema = z.object({ error: z.string(), remedy: z.string().optional() });

/** A contender as its own process sees it. */
export interface Contender {
  readonly about: Omit<Ready, 'ready'>;
  time(steps: number): Promise<Omit<Timing, 'peakMemoryBytes'>>;
}

/** A contender as measured: what it reported about itself, and one timing per round. */
export interface MeasuredContender {
  readonly about: Ready;
  readonly timings: readonly Timing[];
}

export type MeasuredContenders = Readonly<Partial<Record<ContenderName, MeasuredContender>>> & {
  readonly ours: MeasuredContender;
  readonly fit: MeasuredContender;
};
