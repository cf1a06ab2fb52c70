import { UsageError } from '../base/errors.js';
import { parseEngineChoice } from '../engine/index.js';
import { parseProfileName, type StudyOptions } from '../study/index.js';

const string = { type: 'string' } as const;

/** Options that every command on a study has, for `parseArgs`. */
export const STUDY_OPTIONS = { profile: string, data: string, engine: string, seed: string };

/** Their values, unparsed. */
export interface StudyChoice {
  readonly profile?: string | undefined;
  readonly data?: string | undefined;
  readonly engine?: string | undefined;
  readonly seed?: string | undefined;
}

/** Which study is meant. Throws UsageError. */
export function parseStudyChoice({ profile, data, engine, seed }: StudyChoice) {
  return {
    profile: parseProfileName(profile ?? 'quick', '--profile'),
    data,
    ...(engine !== undefined && { engine: parseEngineChoice(engine, '--engine') }),
    seed: parseSeed(seed ?? '0'),
  } satisfies StudyOptions;
}

/** A whole number from the command line. */
export function parseSeed(value: string): number {
  if (/^-?\d{1,9}$/.test(value)) return Number(value);
  throw new UsageError({ what: 'a seed must be a whole number', where: '--seed', found: value });
}
