import type { Ports } from './connection.js';
import type { ExecutionTimes, KernelOutput, OnOutput } from './messages.js';
import type { KernelExit } from './process.js';

export interface KernelOptions {
  /** The working directory: the notebook's folder, as Jupyter does it. */
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that holds package.json and dist/; default: this package's. */
  readonly projectRoot?: string;
  /** Seconds until the kernel must have answered; default 60. */
  readonly startupTimeout?: number;
  /** Stops waiting for the kernel to start. */
  readonly signal?: AbortSignal;
  /** What the process itself writes to stderr: native libraries, child processes, its last words. */
  readonly onStderr?: (text: string) => void;
  /** The kernel's command line, for another kernel; `{connection_file}` stands for the file's path. */
  readonly argv?: readonly string[];
  /** Where to listen; default {@link freePorts}. Asked again when a port turns out to be taken. */
  readonly ports?: () => Promise<Ports>;
}

export interface ExecuteOptions {
  /** Seconds; then the cell is interrupted, and if that does not help the kernel is killed. Default: no limit. */
  readonly timeout?: number;
  /** Seconds from the interruption to the kill; default 3. */
  readonly grace?: number;
  /** Called with each output as it comes, also with late ones, for as long as the kernel lives. */
  readonly onOutput?: OnOutput;
}

export interface ExecuteResult {
  readonly status: 'ok' | 'error';
  readonly executionCount: number | null;
  readonly outputs: readonly KernelOutput[];
  /** The first error, when `status` is "error". */
  readonly error?: { readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] };
  readonly times: ExecutionTimes;
  /** True when the kernel had to be killed: it can execute nothing more. */
  readonly killed: boolean;
}

export interface Kernel {
  readonly pid: number;
  /** Undefined while the kernel runs. */
  exit(): KernelExit | undefined;
  /**
   * Executes one cell; calls wait for each other.
   * @throws WhyconvError if the kernel is dead or dies, with its exit code or signal and its last stderr
   */
  execute(code: string, options?: ExecuteOptions): Promise<ExecuteResult>;
  /**
   * Asks the running cell to stop, and again until it does: works for a cell that awaits, and for a loop that does not,
   * but not for a loop after an await. In the moment between a cell's code and what it awaits Node can lose the signal
   * or, rarely, die of it.
   */
  interrupt(): void;
  /** Ends the process and all it started, in any state; may be called twice. */
  shutdown(): Promise<void>;
}
