import { z } from 'zod';
import { EXIT_HOPELESS, messageOf, WhyconvError } from '../base/errors.js';
import { processName } from '../base/process-name.js';

/** How the last attempt at a run failed, kept next to where its record would be. */
export interface RunFailure {
  readonly key: string;
  /** The process that tried: "1234@node7". */
  readonly process: string;
  /** ISO 8601. */
  readonly at: string;
  /** The error's message, of one or more lines. */
  readonly message: string;
  /** Trying again cannot help, on any machine. */
  readonly hopeless: boolean;
}

const schema = z.object({
  key: z.string(),
  process: z.string(),
  at: z.iso.datetime(),
  message: z.string(),
  hopeless: z.boolean(),
});

export const failureOf = (key: string, error: unknown): RunFailure => ({
  key,
  process: processName(),
  at: new Date().toISOString(),
  message: messageOf(error),
  hopeless: isHopeless(error),
});

export const formatFailure = (failure: RunFailure): string => `${JSON.stringify(failure, null, 1)}\n`;

/** Undefined for what is not valid: a note of a failure decides nothing. */
export function parseFailure(text: string): RunFailure | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A run that failed while the others went on, by its name. */
export interface FailedRun {
  readonly name: string;
  readonly error: unknown;
}

/** Lists the runs that failed while others went on; hopeless where all of them are. */
export class FailedRunsError extends WhyconvError {
  constructor(failed: readonly FailedRun[]) {
    const hopeless = failed.every(({ error }) => isHopeless(error));
    super(
      {
        what: failed.length === 1 ? '1 run failed' : `${failed.length} runs failed`,
        found: failed.map(({ name, error }) => `${name}: ${lineOf(error)}`).join('\n            '),
        remedy: hopeless
          ? 'change what was asked for: trying again cannot help'
          : 'fix the cause and run the same command again: finished runs are kept',
      },
      { exitCode: hopeless ? EXIT_HOPELESS : 1 },
    );
  }
}

const isHopeless = (error: unknown): boolean =>
  error instanceof WhyconvError && error.exitCode === EXIT_HOPELESS;

/** What an error says, in one line. */
export const lineOf = (error: unknown): string =>
  messageOf(error)
    .split('\n')
    .map((line) => line.trim().replace(/: {2,}/, ': '))
    .join('; ');
