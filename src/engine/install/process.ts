import { spawn } from 'node:child_process';

export interface ChildResult {
  /** Exit status; null if a signal ended it or it could not start. */
  readonly code: number | null;
  readonly stdout: string;
  /** The last 64 KiB of stderr, or why it could not start. */
  readonly stderr: string;
  /** One line on how it ended: "exit code 1", "signal SIGILL", "no answer for 60 s". */
  readonly ended: string;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the child after so many milliseconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of stdout as it comes. */
  readonly onLine?: (line: string) => void;
}

const kept = 1 << 16;

/** Runs a program to its end and never throws: how it ended is in the result. Aborting the signal kills it. */
export function runChild(program: string, args: string[], options: ChildOptions = {}): Promise<ChildResult> {
  const { cwd, env = process.env, timeout, signal, onLine } = options;
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    let late = false;
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill('SIGKILL');
    const timer =
      timeout &&
      setTimeout(() => {
        late = true;
        kill();
      }, timeout);
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted) kill();
    const lines = lineSplitter(onLine);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      lines(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-kept);
    });
    const finish = (code: number | null, ended: string) => {
      if (timer) clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      resolve({ code, stdout, stderr, ended });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code, by) => {
      if (late) finish(null, `no answer for ${(timeout ?? 0) / 1000} s`);
      else finish(code, by ? `signal ${by}` : `exit code ${code}`);
    });
  });
}

/** The last lines that say something, for an error message. */
export function lastLines(text: string, count = 3): string {
  const lines = text.split('\n').filter((line) => line.trim());
  return lines.slice(-count).join('\n            ');
}

function lineSplitter(onLine: ((line: string) => void) | undefined): (text: string) => void {
  let rest = '';
  return (text) => {
    if (!onLine) return;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
