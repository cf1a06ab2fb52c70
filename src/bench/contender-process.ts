import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError, WhyconvError } from '../base/errors.js';
import { failureSchema, type Ready, readySchema, type Timing, timingSchema } from './contender.js';

/** How to start a contender's process. */
export interface ContenderCommand {
  /** For messages: "small, Keras fit". */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** How long a process may take to exit once its input has ended; then it is killed. */
const EXIT_TIMEOUT_MS = 5000;
/** Characters of stderr kept for the report of a crash. */
const STDERR_LIMIT = 2000;

const REMEDY =
  '--models chooses other models, --images fewer images (less memory), --python none leaves Keras out';

interface Pending {
  readonly resolve: (message: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A contender's process: computes on request and is idle otherwise. Ended by {@link end}, by `signal`, or with this process. */
export class ContenderProcess {
  private readonly child: ChildProcess;
  private readonly title: string;
  private readonly ended: Promise<unknown>;
  private pending: Pending | undefined;
  private failure: Error | undefined;
  private stderr = '';

  constructor({ title, command, args, env, signal }: ContenderCommand) {
    this.title = title;
    this.child = spawn(command, args, { stdio: 'pipe', env: env ?? process.env, windowsHide: true });
    const { child } = this;
    const stop = () => {
      this.fail(interrupted(title));
      child.kill('SIGKILL');
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.fail(this.death(error.message));
        resolve(undefined);
      });
      child.once('close', (code, killer) => {
        signal?.removeEventListener('abort', stop);
        this.fail(this.death(killer ? `ended by ${killer}` : `exit code ${code}`));
        resolve(undefined);
      });
    });
    // A crash is reported by the process's exit, not by the broken pipe.
    child.stdin!.on('error', () => {});
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_LIMIT);
    });
    createInterface({ input: child.stdout! }).on('line', (line) => this.receive(line));
  }

  /** Waits until the contender has loaded everything it needs. Call it once, before {@link time}. */
  async ready(): Promise<Ready> {
    return readySchema.parse(await this.answer());
  }

  /** Runs this many steps and returns their timing. */
  async time(steps: number): Promise<Timing> {
    const answer = this.answer();
    this.child.stdin!.write(`${JSON.stringify({ steps })}\n`);
    return timingSchema.parse(await answer);
  }

  /** Ends the process and waits for its exit. */
  async end(): Promise<void> {
    this.child.stdin!.end();
    const late = new AbortController();
    const kill = sleep(EXIT_TIMEOUT_MS, undefined, { signal: late.signal })
      .then(() => this.child.kill('SIGKILL'))
      .catch(() => {});
    await this.ended;
    late.abort();
    await kill;
  }

  private answer(): Promise<unknown> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
    });
  }

  private receive(line: string): void {
    // Libraries may print to the same stream, but not JSON objects.
    if (!line.startsWith('{')) return;
    const message: unknown = JSON.parse(line);
    const failure = failureSchema.safeParse(message);
    if (failure.success) {
      this.fail(this.death(failure.data.error, failure.data.remedy));
      return;
    }
    this.pending?.resolve(message);
    this.pending = undefined;
  }

  /** The first failure is the cause; later ones are its effects. */
  private fail(error: Error): void {
    this.failure ??= error;
    this.pending?.reject(this.failure);
    this.pending = undefined;
  }

  private death(found: string, remedy = REMEDY): WhyconvError {
    const lines = this.stderr.trim().split('\n').slice(-5).join('\n            ');
    return new WhyconvError({
      what: 'a contender of the benchmark failed',
      where: this.title,
      found: lines ? `${found}\n            ${lines}` : found,
      remedy,
    });
  }
}

const interrupted = (where: string) =>
  new InterruptedError({
    what: 'the benchmark was interrupted',
    where,
    remedy: 'run the command again; nothing was saved',
  });
