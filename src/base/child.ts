import { type ChildProcess, spawn } from 'node:child_process';

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
  /** Milliseconds after which the child is killed. */
  readonly timeout?: number;
  /** Aborting kills the child. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of stdout as it arrives. */
  readonly onLine?: (line: string) => void;
}

const STDERR_KEPT = 1 << 16;
/** Elsewhere a process cannot be made the leader of a group that is killed as one. */
const HAS_GROUPS = process.platform !== 'win32';

/**
 * Runs a program to its end and never throws: the result says how it ended. On timeout and abort it is killed together with
 * every process that it has started (pip and make start others, which would continue without it).
 */
export function runChild(
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> {
  const { cwd, env = process.env, timeout, signal, onLine } = options;
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    let late = false;
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: [...stdio],
      detached: HAS_GROUPS,
      windowsHide: true,
    });
    const kill = () => killGroup(child);
    const expire = () => {
      late = true;
      kill();
    };
    const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted) kill();
    const lines = lineSplitter(onLine);
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      lines(text);
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT);
    });
    const finish = (code: number | null, ended: string) => {
      clearTimeout(timer);
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

/** The last lines with content, for an error message. */
export function lastLines(text: string, count = 3): string {
  const lines = text.split('\n').filter((line) => line.trim());
  return lines.slice(-count).join('\n            ');
}

/** Kills a child that leads a process group, and the group. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (HAS_GROUPS) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended already.
  }
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
