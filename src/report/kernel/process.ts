import { type ChildProcess, spawn } from 'node:child_process';
import { messageOf } from '../../base/errors.js';
import { type FenceEvents, fenceReader } from './fence.js';
import { adopt, killGroup, release } from './orphans.js';

const TAIL_LINES = 20;
/** How long after the end of the process its output may still be read, in ms. */
const PIPE_PATIENCE = 2000;

/** How the kernel process ended. */
export interface KernelExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote to stderr, or why it could not be started. */
  readonly lastStderr: string;
}

export interface KernelProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone and its output is read. */
  readonly exited: Promise<KernelExit>;
  /** Undefined while it runs. */
  exit(): KernelExit | undefined;
  interrupt(): void;
  /** Ends it and every process it started. */
  kill(): void;
}

export interface ProcessOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly fenceKey: string;
  readonly stdout: FenceEvents;
  readonly stderr: FenceEvents;
}

/**
 * Starts a kernel as the leader of a process group of its own, with no input, and as its file descriptor 3 a pipe that closes
 * when this process is gone.
 */
export function spawnKernel(options: ProcessOptions): KernelProcess {
  const [program, ...args] = options.argv;
  const child = spawn(program!, args, {
    cwd: options.cwd,
    env: options.env,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  child.stdio[3]!.on('error', () => {});
  const tail = keepTail();
  child.stdout!.on('data', fenceReader(options.fenceKey, options.stdout));
  child.stderr!.on(
    'data',
    fenceReader(options.fenceKey, {
      fence: options.stderr.fence,
      text: (text, cellId) => {
        tail.add(text);
        options.stderr.text(text, cellId);
      },
    }),
  );
  const { pid } = child;
  if (pid !== undefined) adopt(pid);
  let exit: KernelExit | undefined;
  const exited = ended(child, tail).then((value) => {
    exit = value;
    return value;
  });
  return {
    pid,
    exited,
    exit: () => exit,
    interrupt: () => void child.kill('SIGINT'),
    kill: () => {
      if (pid !== undefined && exit === undefined) killGroup(pid);
    },
  };
}

/** Waits for the end of the process, takes its children with it, and reads what is left in the pipes. */
function ended(child: ChildProcess, tail: Tail): Promise<KernelExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ code: null, signal: null, lastStderr: `it could not be started: ${messageOf(error)}` });
    });
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) {
        killGroup(child.pid);
        release(child.pid);
      }
      const finish = () => {
        clearTimeout(timer);
        for (const stream of child.stdio) stream?.destroy();
        resolve({ code, signal, lastStderr: tail.text() });
      };
      // A child that left the group may hold the pipes open.
      const timer = setTimeout(finish, PIPE_PATIENCE);
      child.once('close', finish);
    });
  });
}

interface Tail {
  add(text: string): void;
  text(): string;
}

function keepTail(): Tail {
  let kept = '';
  return {
    add: (text) => {
      kept = `${kept}${text}`.slice(-16_384);
    },
    text: () => kept.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'),
  };
}
