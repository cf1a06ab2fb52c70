import { UsageError } from './errors.js';

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
