import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { discard, heartbeat, nameIn, ownerOf } from './lock-folder.js';
import { processState } from './process-name.js';

/** Milliseconds between two looks of those who wait. */
const LOOK = 300;
/** Milliseconds without a heartbeat after which a holder has lost its lock. Long work between two turns of the event loop is not death. */
const STALE = 60_000;

/**
 * Watches a lock from outside and removes it when its holder is dead: its process has died, or gave no heartbeat for `stale`
 * milliseconds of watching.
 */
export class LockWatch {
  private pulse: string | undefined;
  private since = performance.now();
  private beaten = false;

  constructor(
    private readonly path: string,
    private readonly stale: number = STALE,
  ) {}

  /** `free`: nobody holds it any more; `alive`: a heartbeat was seen since the first look; `silent`: none yet. */
  async look(): Promise<{ state: 'free' | 'alive' | 'silent'; holder: string }> {
    const owner = await ownerOf(this.path);
    const pulse = `${owner} ${await heartbeat(this.path)}`;
    const holder = nameIn(owner);
    if (owner === '' && !existsSync(this.path)) return { state: 'free', holder };
    if (pulse !== this.pulse) {
      this.beaten ||= this.pulse !== undefined;
      this.pulse = pulse;
      this.since = performance.now();
    }
    if (processState(holder) === 'dead' || performance.now() - this.since > this.stale) {
      await discard(this.path, owner);
      return { state: 'free', holder };
    }
    return { state: this.beaten ? 'alive' : 'silent', holder };
  }
}

/** Waits between two looks at a lock; an abort of the signal ends the wait, and what it means is the caller's to say. */
export const untilNextLook = (signal?: AbortSignal): Promise<void> =>
  sleep(LOOK, undefined, signal ? { signal } : {}).catch(() => undefined);
