import { type ErrorParts, messageOf, WhyconvError } from '../base/errors.js';
import type { Progress } from '../base/progress.js';
import { startEngine } from '../engine/index.js';
import type { RunSpec } from '../training/index.js';
import { type DatasetSource, loadingOnce, loadSource } from './dataset-source.js';
import { RunStore } from './store.js';
import { type HowDone, trainRun } from './train-run.js';

/** What the pool sends to a worker. */
export interface TrainRequest {
  readonly spec: RunSpec;
  /** Folder of the store. */
  readonly store: string;
  readonly source: DatasetSource;
  readonly compile?: boolean | undefined;
}

/** What a worker sends to the pool. */
export type FromWorker =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly how: HowDone }
  /** `stack` is that of an error which is a defect of the program. */
  | {
      readonly type: 'failed';
      readonly parts: ErrorParts;
      readonly exitCode: number;
      readonly stack?: string | undefined;
    };

/*
 * A process that trains one run after another. It keeps the datasets it loaded: the runs of a pool share them. It ends when
 * its parent closes the channel between them or dies, which closes it too: at the next batch, since training lets the event
 * loop turn, with the checkpoint kept and the claim given up.
 */

const controller = new AbortController();
const datasetFrom = loadingOnce((source) => loadSource(source, controller.signal));
let current: Promise<void> = Promise.resolve();

process.on('message', (request: TrainRequest) => {
  current = trainOne(request).then(
    (how) => send({ type: 'done', how }),
    (error: unknown) => send(failure(error)),
  );
});
process.on('disconnect', () => {
  controller.abort();
  void current.finally(() => process.exit(0));
});
// Ctrl-C reaches every process of the terminal: the parent decides when its workers stop.
process.on('SIGINT', () => {});

async function trainOne({ spec, store, source, compile }: TrainRequest): Promise<HowDone> {
  const { signal } = controller;
  await startEngine();
  const onProgress = (progress: Progress) => send({ type: 'progress', progress });
  return trainRun(spec, await datasetFrom(source), new RunStore(store), { compile, onProgress, signal });
}

function failure(error: unknown): FromWorker {
  if (error instanceof WhyconvError) return { type: 'failed', parts: error.parts, exitCode: error.exitCode };
  const stack = error instanceof Error ? error.stack : undefined;
  return { type: 'failed', parts: { what: messageOf(error) }, exitCode: 1, stack };
}

/** Without a callback a failed send would be an uncaught exception. A parent that does not listen any more is no concern. */
function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
