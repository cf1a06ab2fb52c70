import type { ExecutionTimes, KernelOutput, OnOutput, Reply } from './messages.js';

/** How long after reply and idle the fences of stdout and stderr may stay away, in ms: a cell may have closed them. */
const FENCE_PATIENCE = 1000;
/** How long after its reply a cell that is not idle may say nothing before it counts as lost, in ms. */
const IDLE_PATIENCE = 30_000;

/** One execute request, from sending to its reply, its idle and the fences of both output streams. */
export class Request {
  readonly times: ExecutionTimes = {};
  readonly outputs: KernelOutput[] = [];
  /** Resolves with the reply when all that the cell sent before ending has been seen. */
  readonly done: Promise<Reply>;
  #finish!: (reply: Reply) => void;
  #reply: Reply | undefined;
  #idle = false;
  #fences = 0;
  #finished = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onOutput: OnOutput | undefined) {
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get finished(): boolean {
    return this.#finished;
  }

  output(output: KernelOutput): void {
    if (!this.#finished) this.outputs.push(output);
    this.onOutput?.(output, this.#finished);
    this.#check();
  }

  status(state: string, date: string | undefined): void {
    if (state === 'busy' && date) this.times['iopub.status.busy'] ??= date;
    if (state !== 'idle') return;
    if (date) this.times['iopub.status.idle'] = date;
    this.#idle = true;
    this.#check();
  }

  reply(reply: Reply, date: string | undefined): void {
    if (date) this.times['shell.execute_reply'] = date;
    this.#reply = reply;
    this.#check();
  }

  fence(): void {
    this.#fences++;
    this.#check();
  }

  /** No more is expected, whatever is missing: what still comes is late. */
  end(): void {
    clearTimeout(this.#timer);
    this.#finished = true;
  }

  #check(): void {
    const reply = this.#reply;
    if (reply === undefined || this.#finished) return;
    clearTimeout(this.#timer);
    if (!this.#idle) this.#timer = setTimeout(() => this.#lost(reply), IDLE_PATIENCE);
    else if (this.#fences < 2) this.#timer = setTimeout(() => this.#settle(reply), FENCE_PATIENCE);
    else this.#settle(reply);
  }

  /** The message that ends a cell never came, so others may be missing, too. */
  #lost(reply: Reply): void {
    const evalue = 'the kernel replied but did not say that the cell had ended: output may be missing';
    this.output({
      type: 'error',
      ename: 'LostOutputError',
      evalue,
      traceback: [`LostOutputError: ${evalue}`],
    });
    this.#settle({ ...reply, status: 'error' });
  }

  #settle(reply: Reply): void {
    this.end();
    this.#finish(reply);
  }
}
