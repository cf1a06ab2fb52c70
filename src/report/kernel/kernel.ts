import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError } from '../../base/errors.js';
import { projectRoot as ownRoot } from '../../base/files.js';
import { type Channels, openChannels } from './channels.js';
import { CONNECTION_FILE, headlessArgv } from './command.js';
import { createConnection, freePorts } from './connection.js';
import { didNotStart, kernelDied } from './died.js';
import { EXIT_PORT_TAKEN, type FenceEvents } from './fence.js';
import { type Reply, readOutput, readReply, readStatus } from './messages.js';
import { type KernelExit, type KernelProcess, spawnKernel } from './process.js';
import { Request } from './request.js';
import { resultOf, timedOut } from './result.js';
import type { ExecuteOptions, ExecuteResult, Kernel, KernelOptions } from './types.js';
import type { Message } from './wire.js';

const PORT_ATTEMPTS = 5;
/** From one interruption of a cell to the next, in ms. */
const INTERRUPT_PAUSE = 400;
const SHUTDOWN_PATIENCE = 1500;

/**
 * Starts a kernel and waits until it answers and its output arrives.
 * @throws WhyconvError if it ends or does not answer in time; no process is left then
 */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  for (let attempt = 1; ; attempt++) {
    const kernel = await RunningKernel.launch(options);
    try {
      await kernel.ready(options.startupTimeout ?? 60, options.signal);
      return kernel;
    } catch (error) {
      await kernel.shutdown();
      const taken = kernel.exit()?.code === EXIT_PORT_TAKEN;
      if (!taken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

class RunningKernel implements Kernel {
  readonly #requests = new Map<string, Request>();
  #process!: KernelProcess;
  #channels!: Channels;
  #current: Request | undefined;
  #interrupting: NodeJS.Timeout | undefined;
  #whyDead = 'the notebook kernel is dead';
  #queue: Promise<unknown> = Promise.resolve();
  #heard = { iopub: false, shell: false };
  #hearIopubAndShell: () => void = () => {};
  #dispose: () => Promise<void> = async () => {};

  private constructor(private readonly cwd: string) {}

  static async launch(options: KernelOptions): Promise<RunningKernel> {
    const kernel = new RunningKernel(options.cwd);
    const fenceKey = `whyconv-${randomBytes(8).toString('hex')}`;
    const argv = options.argv ?? headlessArgv(options.projectRoot ?? ownRoot, fenceKey);
    const connection = await createConnection(await (options.ports ?? freePorts)());
    kernel.#dispose = connection.dispose;
    const env: NodeJS.ProcessEnv = { ...process.env, FORCE_COLOR: undefined, ...options.env };
    try {
      kernel.#channels = await openChannels(connection, (channel, message) =>
        kernel.#receive(channel, message),
      );
      kernel.#process = spawnKernel({
        argv: argv.map((part) => part.replace(CONNECTION_FILE, connection.file)),
        cwd: options.cwd,
        env,
        fenceKey,
        stdout: kernel.#processOutput('stdout'),
        stderr: kernel.#processOutput('stderr', options.onStderr),
      });
    } catch (error) {
      await connection.dispose();
      throw error;
    }
    void kernel.#process.exited.then(() => kernel.#channels.close());
    return kernel;
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  exit(): KernelExit | undefined {
    return this.#process.exit();
  }

  interrupt(): void {
    const request = this.#current;
    if (request === undefined || this.exit() !== undefined) return;
    this.#process.interrupt();
    clearInterval(this.#interrupting);
    this.#interrupting = setInterval(() => this.#process.interrupt(), INTERRUPT_PAUSE);
  }

  /** Asks for kernel_info until it was answered and something came on iopub: only then the subscription works. */
  async ready(timeout: number, signal?: AbortSignal): Promise<void> {
    const heard = new Promise<'heard'>((resolve) => {
      this.#hearIopubAndShell = () => resolve('heard');
    });
    const ask = () => this.#channels.send('shell', 'kernel_info_request', {});
    const asking = setInterval(ask, 200);
    const stop = new AbortController();
    const either = AbortSignal.any(signal === undefined ? [stop.signal] : [stop.signal, signal]);
    const late = sleep(timeout * 1000, undefined, { signal: either }).then(
      () => 'late' as const,
      () => 'late' as const,
    );
    try {
      const outcome = await Promise.race([heard, this.#process.exited, late]);
      if (outcome === 'late' && signal?.aborted)
        throw new InterruptedError({ what: 'interrupted', where: this.cwd });
      if (outcome === 'late') throw didNotStart(this.cwd, timeout);
      if (outcome !== 'heard')
        throw kernelDied(outcome, 'the notebook kernel ended while it started', this.cwd);
    } finally {
      clearInterval(asking);
      stop.abort();
      await this.#dispose();
    }
  }

  execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteResult> {
    const execution = this.#queue.then(() => this.#executeNext(code, options));
    this.#queue = execution.catch(() => {});
    return execution;
  }

  async shutdown(): Promise<void> {
    if (this.exit() === undefined) {
      if (this.#current === undefined && this.#heard.shell) {
        this.#channels.send('control', 'shutdown_request', { restart: false });
        const stop = new AbortController();
        const patience = sleep(SHUTDOWN_PATIENCE, undefined, { signal: stop.signal }).catch(() => {});
        await Promise.race([this.#process.exited, patience]);
        stop.abort();
      }
      this.#process.kill();
    }
    await this.#process.exited;
    await this.#dispose();
  }

  async #executeNext(code: string, options: ExecuteOptions): Promise<ExecuteResult> {
    const exit = this.exit();
    if (exit !== undefined) throw kernelDied(exit, this.#whyDead, this.cwd);
    const request = new Request(options.onOutput);
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    this.#requests.set(this.#channels.send('shell', 'execute_request', content), request);
    this.#current = request;
    const limit = this.#limit(options);
    try {
      const outcome = await Promise.race([request.done, this.#process.exited]);
      const killed = !('status' in outcome);
      if (killed && limit.passed())
        this.#whyDead = 'the notebook kernel was killed: a cell did not end in time';
      if (killed && !limit.passed()) throw kernelDied(outcome, 'the notebook kernel died', this.cwd);
      const reply: Reply = killed ? { status: 'error', executionCount: null } : (outcome as Reply);
      return resultOf(request, limit.passed() ? timedOut(options.timeout) : undefined, reply, killed);
    } finally {
      limit.clear();
      clearInterval(this.#interrupting);
      request.end();
      this.#current = undefined;
    }
  }

  /** Interrupts the cell when its time is over, and kills the kernel if that was not enough. */
  #limit({ timeout, grace = 3 }: ExecuteOptions): { passed(): boolean; clear(): void } {
    let passed = false;
    const timers: NodeJS.Timeout[] = [];
    if (timeout !== undefined) {
      const interrupt = () => {
        passed = true;
        this.interrupt();
        timers.push(setTimeout(() => this.#process.kill(), grace * 1000));
      };
      timers.push(setTimeout(interrupt, timeout * 1000));
    }
    return { passed: () => passed, clear: () => timers.forEach(clearTimeout) };
  }

  #receive(channel: 'iopub' | 'shell' | 'control', message: Message): void {
    if (channel !== 'control') this.#heard[channel] = true;
    if (this.#heard.iopub && this.#heard.shell) this.#hearIopubAndShell();
    const request = message.parentId === undefined ? undefined : this.#requests.get(message.parentId);
    if (request === undefined) return;
    const { msg_type, date } = message.header;
    if (channel === 'shell') {
      if (msg_type === 'execute_reply') request.reply(readReply(message), date);
      return;
    }
    if (msg_type === 'execute_input' && date) request.times['iopub.execute_input'] = date;
    const state = readStatus(message);
    if (state !== undefined) request.status(state, date);
    const output = readOutput(message);
    if (output !== undefined) request.output(output);
  }

  /** What the process writes to its own stdout and stderr, past the notebook: output of the cell all the same. */
  #processOutput(name: 'stdout' | 'stderr', onText?: (text: string) => void): FenceEvents {
    let latest: Request | undefined;
    return {
      fence: (cellId) => {
        latest = this.#requests.get(cellId);
        latest?.fence();
      },
      text: (text, cellId) => {
        onText?.(text);
        const cell = cellId === undefined ? (this.#current ?? latest) : this.#requests.get(cellId);
        cell?.output({ type: 'stream', name, text });
      },
    };
  }
}
