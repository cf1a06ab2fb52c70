import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from './failures.js';

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before the first retry; doubled with each further attempt in vain. @default 1,000 */
  readonly retryMs?: number | undefined;
  /** Called before each wait. */
  readonly onWait?: ((reason: string, seconds: number) => void) | undefined;
}

/** Attempts in a row that may end without progress. */
const ATTEMPTS = 5;
/** Milliseconds; a server that asks to wait longer is given up. */
const LONGEST_WAIT = 2 * 60_000;

/**
 * Repeats `attempt` as long as it fails with a {@link TransientError}, waiting as long as the server asks or for a time
 * that doubles. `progress` is a number that grows when an attempt gets further: the count of vain attempts then starts over.
 * @throws what the last attempt threw
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  progress: () => Promise<number>,
  { signal, retryMs = 1000, onWait }: RetryOptions,
): Promise<T> {
  let best = await progress();
  for (let vain = 1; ; vain++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      const reached = await progress();
      if (reached > best) vain = 1;
      best = Math.max(best, reached);
      const wait = error.retryAfterMs ?? retryMs * 2 ** (vain - 1);
      if (vain >= ATTEMPTS || wait > LONGEST_WAIT) throw error;
      onWait?.(error.message, wait / 1000);
      await sleep(wait, undefined, signal ? { signal } : {});
    }
  }
}

/** Milliseconds that a Retry-After header asks to wait: a number of seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
