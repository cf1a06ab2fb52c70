import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError, WhyconvError } from '../base/errors.js';
import { failureSchema, type Ready, readySchema, type Timing, timingSchema } from './contender.js';

export interface Launch {
  /** For messages: "small, Keras". */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** How long a process may take to end by itself once its input has. */
const FAREWELL_MS = 5000;
/** What a process said last, kept for the case that it dies. */
const STDERR_LIMIT = 2000;

const REMEDY =
  '--models chooses other models, --images fewer images (less memory), --python none leaves Keras out';

interface Pending {
  readonly resolve: (message: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A contender's process: told when to compute, idle otherwise. Ended by {@link end}, by `signal`, or by our own end. */
export class ContenderProcess {
  private readonly child: ChildProcess;
  private readonly title: string;
  private readonly ended: Promise<unknown>;
  private pending: Pending | undefined;
  private failure: Error | undefined;
  private said = '';

  constructor({ title, command, args, env, signal }: Launch) {
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
    // A process that has died is reported by its end, not by the pipe to it.
    child.stdin!.on('error', () => {});
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-STDERR_LIMIT);
    });
    createInterface({ input: child.stdout! }).on('line', (line) => this.receive(line));
  }

  /** Waits until the contender has loaded all it needs. Called once, first. */
  async ready(): Promise<Ready> {
    return readySchema.parse(await this.answer());
  }

  /** Has the contender run this many steps, and answers with what they took. */
  async time(steps: number): Promise<Timing> {
    const answer = this.answer();
    this.child.stdin!.write(`${JSON.stringify({ steps })}\n`);
    return timingSchema.parse(await answer);
  }

  /** Ends the process and waits until it has. */
  async end(): Promise<void> {
    this.child.stdin!.end();
    const late = new AbortController();
    const kill = sleep(FAREWELL_MS, undefined, { signal: late.signal })
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
    // Libraries may print to the same stream; they do not print JSON objects.
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

  /** The first reason is the true one; what follows are its effects. */
  private fail(error: Error): void {
    this.failure ??= error;
    this.pending?.reject(this.failure);
    this.pending = undefined;
  }

  private death(found: string, remedy = REMEDY): WhyconvError {
    const lines = this.said.trim().split('\n').slice(-5).join('\n            ');
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
    remedy: 'run the same command again: nothing was kept',
  });
