import { UsageError } from '../base/errors.js';

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
/** Timers count milliseconds in 31 bits: just under 25 days. */
const LONGEST = 500 * SECONDS.h;

/** "90s", "30m" or "2h" in seconds. @throws UsageError for anything else, 0 and more than 500 hours */
export function parseDuration(text: string, where: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  const seconds = Number(count) * SECONDS[unit as keyof typeof SECONDS];
  if (seconds > 0 && seconds <= LONGEST) return seconds;
  const expected = 'seconds, minutes or hours, such as 90s, 30m or 2h; at most 500h';
  throw new UsageError({ what: 'not a valid duration', where, found: text, expected });
}
