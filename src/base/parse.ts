import { UsageError } from './errors.js';

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** "90s", "55m", "2h" or "1h30m" in seconds. @throws UsageError */
export function parseDuration(text: string, where: string): number {
  const parts = [...text.matchAll(/(\d{1,6})([smhd])/g)];
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
    0,
  );
  if (seconds > 0 && parts.map(([part]) => part).join('') === text) return seconds;
  throw new UsageError({
    what: 'not a valid duration',
    where,
    found: text,
    expected: 'such as 90s, 55m or 1h30m',
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
