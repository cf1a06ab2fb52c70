import { z } from 'zod';
import type { EngineInfo } from '../engine/index.js';
import type { OptimizerSpec } from '../training/index.js';

/**
 * What is compared runs in processes of its own, one a model, so that peak memory is its own. They speak JSON, a line
 * a message: `ready` once, then one answer to each request. Between requests they wait and compute nothing.
 */
/** `bf16` is `ours` with convolutions in bfloat16. */
export type ContenderName = 'ours' | 'bf16' | 'fit' | 'keras' | 'kerasTuned';

/** "Time this many training steps": of the matmul contender, products. */
export const requestSchema = z.object({ steps: z.int().positive() });

/** Milliseconds of a step by what they were spent on; `readBack` is null where it cannot be told from `run`. */
export interface Phases {
  /** Order, row indices, dropout masks, tensors of the feeds. */
  readonly input: number;
  /** The call into TensorFlow; of an eager step, all that is neither of the other two. */
  readonly run: number;
  /** Copying the outputs to the host. */
  readonly readBack: number | null;
}

const phasesSchema = z.object({ input: z.number(), run: z.number(), readBack: z.number().nullable() });

export const timingSchema = z.object({
  /** Images trained on; of the matmul contender, floating-point operations. */
  work: z.number().positive(),
  seconds: z.number().positive(),
  /** Of the last step or epoch; null (as JSON writes NaN) is a loss that is no number. */
  loss: z.number().nullable(),
  /** Resident at most, since the process started; null where the system does not tell. */
  peakMemoryBytes: z.number().nullable(),
  phases: phasesSchema.optional(),
});

export type Timing = z.infer<typeof timingSchema>;

export const readySchema = z.object({
  ready: z.literal(true),
  /** Trainable parameters, which all contenders must agree on; null of the matmul contender. */
  parameters: z.number().nullable(),
  versions: z.record(z.string(), z.string()),
  /** Of Node's contenders. */
  engine: z.custom<EngineInfo>((value) => typeof value === 'object' && value !== null).optional(),
  /** Whether steps ran as compiled graphs; only of `ours`. */
  compiled: z.boolean().optional(),
});

export type Ready = z.infer<typeof readySchema>;

/** The last message of a process that cannot go on. */
export const failureSchema = z.object({ error: z.string(), remedy: z.string().optional() });

/** A contender, seen from inside its process. */
export interface Contender {
  readonly about: Omit<Ready, 'ready'>;
  time(steps: number): Promise<Omit<Timing, 'peakMemoryBytes'>>;
}

/** What a contender in Node is started with. */
export interface WorkerConfig {
  readonly contender: 'ours' | 'bf16' | 'fit' | 'matmul';
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly model: string;
  readonly batchSize: number;
  /** Holds the arrays. */
  readonly folder: string;
  readonly compile: boolean;
}

/** What a contender in Python is started with; read by the script in keras-script.ts. */
export interface KerasConfig {
  readonly folder: string;
  readonly inputShape: readonly number[];
  readonly layers: readonly unknown[];
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  readonly stepsPerExecution: number;
}
