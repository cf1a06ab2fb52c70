import { UsageError } from './errors.js';

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
/** Timers count milliseconds in 31 bits: a longer one, of just under 25 days or more, would go off at once. */
const LONGEST = 24 * UNITS.d;

/** "90s", "55m", "1.5h" or "1h30m" in seconds. @throws UsageError for anything else, nothing and more than 24 days */
export function parseDuration(text: string, where: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
    0,
  );
  const whole = parts.map(([part]) => part).join('') === text;
  if (whole && seconds > 0 && seconds <= LONGEST) return seconds;
  throw new UsageError({
    what: 'not a valid duration',
    where,
    found: text,
    expected: 'such as 90s, 30m, 2h or 1h30m; at most 24d',
  });
}

/** A whole number from 1. @throws UsageError */
export function parseCount(text: string, where: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError({ what: 'not a valid number', where, found: text, expected: 'a whole number from 1' });
}

/** One of a few words, from a command line or the environment. @throws UsageError that lists them */
export function parseChoice<T extends string>(
  kind: string,
  choices: readonly T[],
  value: string,
  where: string,
): T {
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw new UsageError({ what: `unknown ${kind}`, where, found: value, expected: choices.join(', ') });
}
