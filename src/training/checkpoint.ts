import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { ProcessorTime } from '../base/processor-time.js';
import type { HostArrays } from '../engine/index.js';
import { type EpochRecord, epochSchema } from './run-record.js';
import { readTensorFile, readTensorMetadata, writeTensorFile } from './tensor-file.js';

/** All a run needs to go on after an epoch as if it had never stopped. */
export interface Checkpoint {
  /** {@link runKey}: a checkpoint fits one run only. */
  readonly key: string;
  readonly history: readonly EpochRecord[];
  /** Weights and optimizer state. */
  readonly state: HostArrays;
  /** Weights of the best epoch so far. */
  readonly best: HostArrays;
  readonly startedAt: string;
  /** Spent so far, over all sittings. */
  readonly seconds: number;
  /** Of the machine during these seconds; absent where an earlier sitting did not read it. */
  readonly processors?: ProcessorTime | undefined;
  readonly resumed: number;
}

const STATE = 'state/';
const BEST = 'best/';

/** What is no JSON is undefined, which no schema accepts. (What a transform throws, `safeParse` throws too.) */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const metadataSchema = z.object({
  key: z.string(),
  startedAt: z.string(),
  seconds: z.coerce.number(),
  processors: z
    .string()
    .transform(parseJson)
    .pipe(z.object({ all: z.number(), busy: z.number(), own: z.number() }))
    .optional(),
  resumed: z.coerce.number(),
  history: z.string().transform(parseJson).pipe(z.array(epochSchema)),
});

export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { key, history, startedAt, seconds, processors, resumed } = checkpoint;
  const flat = ([name, values]: [string, Float32Array]) =>
    [name, { shape: [values.length], values }] as const;
  const tensors = Object.fromEntries([
    ...Object.entries(checkpoint.state).map(([name, values]) => flat([STATE + name, values])),
    ...Object.entries(checkpoint.best).map(([name, values]) => flat([BEST + name, values])),
  ]);
  const numbers = { seconds: String(seconds), resumed: String(resumed) };
  await writeTensorFile(path, {
    tensors,
    metadata: {
      ...{ key, startedAt, ...numbers, history: JSON.stringify(history) },
      ...(processors && { processors: JSON.stringify(processors) }),
    },
  });
}

/** Finished epochs of the checkpoint at `path`; 0 where there is none, or not one of this run. */
export async function epochsOfCheckpoint(path: string, key: string): Promise<number> {
  const found = metadataSchema.safeParse(await readTensorMetadata(path).catch(() => undefined));
  return found.success && found.data.key === key ? found.data.history.length : 0;
}

/** The checkpoint of this run at `path`; undefined where there is none, or one of another run, or a broken one. */
export async function readCheckpoint(path: string, key: string): Promise<Checkpoint | undefined> {
  if (!existsSync(path)) return undefined;
  const file = await readTensorFile(path).catch(() => undefined);
  const metadata = metadataSchema.safeParse(file?.metadata);
  if (!file || !metadata.success || metadata.data.key !== key) return undefined;
  const part = (prefix: string) =>
    Object.fromEntries(
      Object.entries(file.tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { values }]) => [name.slice(prefix.length), values]),
    );
  return { ...metadata.data, state: part(STATE), best: part(BEST) };
}
