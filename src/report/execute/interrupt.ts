import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError } from '../../base/errors.js';

/** How long an interrupted cell may take to end before its kernel is ended, in ms. */
const PATIENCE = 2000;

export function throwIfInterrupted(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new InterruptedError({ what: 'interrupted', where: path });
}

/**
 * Waits for a cell. When the user stops the work, gives the cell a moment to react.
 * @throws InterruptedError once `signal` is aborted
 */
export async function unlessInterrupted<T>(
  execution: Promise<T>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return execution;
  const ended = execution.then(
    () => {},
    () => {},
  );
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    await Promise.race([ended, aborted]);
    if (signal.aborted) await Promise.race([ended, sleep(PATIENCE, undefined, { ref: false })]);
    throwIfInterrupted(path, signal);
    return await execution;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
