import { InterruptedError } from '../base/errors.js';
import { LockHeldError, LockLostError } from '../base/lock.js';
import type { OnProgress } from '../base/progress.js';
import type { Dataset } from '../data/index.js';
import { type RunSpec, runKey, train } from '../training/index.js';
import { runName } from './run-name.js';
import type { RunStore } from './store.js';

export interface TrainRunOptions {
  /** False trains operation by operation on the native engine too. */
  readonly compile?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Stops the run at its next batch; the checkpoint of its last finished epoch stays. */
  readonly signal?: AbortSignal | undefined;
  /** False does not wait for another that is training the run. @default true */
  readonly wait?: boolean | undefined;
}

/** Whether a run was trained by this call, or its record was there when its turn came. */
export type HowDone = 'trained' | 'found';

/**
 * Sees to it that the store has the record of a run: trains it, from its checkpoint where there is one, under a claim that
 * keeps others from training the same run meanwhile. Where another process or call holds the claim, waits for it.
 *
 * @throws InterruptedError when `signal` aborts; LockHeldError where it must not wait. Any other failure is noted in the store.
 */
export async function trainRun(
  spec: RunSpec,
  dataset: Dataset,
  store: RunStore,
  options: TrainRunOptions,
): Promise<HowDone> {
  const { compile, onProgress, signal, wait } = options;
  const key = runKey(spec);
  const onWait = (holder: string) =>
    onProgress?.({ task: runName(spec), fraction: 0, detail: `waiting for process ${holder} to train it` });
  const claimed = async (lost: AbortSignal): Promise<HowDone> => {
    requireNotInterrupted(spec, signal);
    if (await store.get(key)) return 'found';
    const stop = signal ? AbortSignal.any([lost, signal]) : lost;
    const checkpointPath = store.checkpointPath(key);
    const progress = onProgress && { onProgress };
    await store.put(await train(spec, dataset, { ...progress, compile, signal: stop, checkpointPath }));
    return 'trained';
  };
  try {
    return await store.claim(key, claimed, { signal, onWait, wait });
  } catch (error) {
    // Whoever took the claim over resumes from the same checkpoint: wait for its record.
    if (error instanceof LockLostError) return trainRun(spec, dataset, store, options);
    if (!(error instanceof InterruptedError || error instanceof LockHeldError))
      await store.noteFailure(key, error);
    throw error;
  }
}

/** @throws InterruptedError where `signal` has aborted before or while the run was trained */
export function requireNotInterrupted(spec: RunSpec, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new InterruptedError({
    what: 'training was interrupted',
    where: runName(spec),
    remedy: 'run the same command again: each run resumes from its last finished epoch',
  });
}
