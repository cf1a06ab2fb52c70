import { messageOf, UsageError } from '../base/errors.js';
import { formatDuration, type Progress } from '../base/progress.js';

/** Whole lines, and below them one line that is overwritten during work. */
export interface Screen {
  line(text: string): void;
  progress(progress: Progress): void;
  /** Removes the progress line. */
  clear(): void;
}

/** Seconds between plain progress lines where nothing can be overwritten. */
const PLAIN_INTERVAL = 15;

/**
 * A screen on a stream. Where the stream is no terminal, progress becomes plain lines: one when the task changes, and
 * one every {@link PLAIN_INTERVAL} seconds.
 */
export function openScreen(stream: NodeJS.WriteStream = process.stderr): Screen {
  let shown = false;
  let task = '';
  let printedAt = 0;
  const clear = () => {
    if (shown) stream.write('\r\x1b[2K');
    shown = false;
  };
  return {
    clear,
    line(text) {
      clear();
      stream.write(`${text}\n`);
    },
    progress(progress) {
      const text = describeProgress(progress);
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
        shown = true;
        return;
      }
      const now = performance.now() / 1000;
      if (progress.task === task && now - printedAt < PLAIN_INTERVAL) return;
      task = progress.task;
      printedAt = now;
      stream.write(`${text}\n`);
    },
  };
}

/** "small, seed 0  42 %  epoch 3/8, batch 120/703  1 min 20 s left". */
export function describeProgress({ task, fraction, detail, secondsLeft }: Progress): string {
  const left = secondsLeft === undefined ? undefined : `${formatDuration(secondsLeft)} left`;
  return [task, `${(100 * fraction).toFixed(0).padStart(3)} %`, detail, left].filter(Boolean).join('  ');
}

/** Says as the last line of a command what its results must not be mistaken for: that synthetic images stand in, and why. */
export function repeatNote({ note }: { readonly note?: string }, screen: Screen): void {
  if (note) screen.line(`\nNote: ${note}.`);
}

/** Runs work that Ctrl-C or SIGTERM stops through the signal it is given. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/**
 * Runs work that a scheduler may stop: SIGTERM, SIGUSR1 and Ctrl-C abort the signal it is given, and it ends in its own time. A
 * scheduler may send them to a shell and to its children, and so more than once.
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

/** Parses a command line; what does not fit is wrong usage (exit code 2). */
export function usage<T>(command: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError({
      what: messageOf(error),
      remedy: `npm run ${command} -- --help lists the options`,
    });
  }
}
