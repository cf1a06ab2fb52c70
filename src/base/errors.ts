/** The parts of an error a person can act on; each is a short clause without a full stop. */
export interface ErrorParts {
  /** What failed, as one clause: "the archive is truncated". */
  readonly what: string;
  /** The file, option, cell or value it concerns. */
  readonly where?: string;
  /** What was there instead, quoted from the input or counted. */
  readonly found?: string;
  /** What would have been accepted: a range, a format, a list of names. */
  readonly expected?: string;
  /** What to do now. */
  readonly remedy?: string;
}

/** An error the user can fix: commands print its parts without a stack trace and exit with `exitCode`. */
export class WhyconvError extends Error {
  /** The same for its subclasses. */
  override readonly name = 'WhyconvError';
  /** What the message was made of, for whoever shows it in another form. */
  readonly parts: ErrorParts;
  /** 1 for a failure, 2 for wrong usage, 65 and 75 see below, 130 for an interruption. */
  readonly exitCode: number;

  constructor(parts: ErrorParts, options: { cause?: unknown; exitCode?: number } = {}) {
    super(formatParts(parts), { cause: options.cause });
    this.parts = parts;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Wrong command line: exit code 2. */
export class UsageError extends WhyconvError {
  constructor(parts: ErrorParts) {
    super(parts, { exitCode: 2 });
  }
}

/** sysexits.h: EX_DATAERR, what was asked for cannot succeed; EX_TEMPFAIL, run the same command again. */
export const EXIT_HOPELESS = 65;
export const EXIT_AGAIN = 75;

/** Trying again cannot help, here or on another machine. */
export class HopelessError extends WhyconvError {
  constructor(parts: ErrorParts) {
    super(parts, { exitCode: EXIT_HOPELESS });
  }
}

/** The user stopped the work (Ctrl-C): exit code 130. */
export class InterruptedError extends WhyconvError {
  constructor(parts: ErrorParts) {
    super(parts, { exitCode: 130 });
  }
}

/** The system's code of an error ("ENOSPC"), if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function formatParts({ what, where, found, expected, remedy }: ErrorParts): string {
  const lines = [where ? `${what}: ${where}` : what];
  if (found) lines.push(`  found:    ${found}`);
  if (expected) lines.push(`  expected: ${expected}`);
  if (remedy) lines.push(`  remedy:   ${remedy}`);
  return lines.join('\n');
}
