import { performance } from 'node:perf_hooks';
import { busy, notFound } from './refusal.js';

/** Runs images through a network: [n, values] to [n, outputs], as `Inference.run` does. */
export type RunBatch = (images: Float32Array) => Promise<Float32Array>;

export interface BatcherOptions {
  /** Values of an image, and of an answer. */
  readonly values: number;
  readonly outputs: number;
  /** Largest batch. @default 64 */
  readonly batch?: number;
  /** Images that may wait. @default 4,096 */
  readonly capacity?: number;
  /**
   * Awaited before each batch, so that what has arrived meanwhile can join it.
   * @default one turn of the event loop
   */
  readonly between?: (() => Promise<void>) | undefined;
  /** Called after each batch. */
  readonly onBatch?: ((images: number, seconds: number) => void) | undefined;
}

interface Job {
  readonly pixels: Float32Array;
  readonly answers: Float32Array;
  readonly count: number;
  /** Images that have been put into a batch. */
  taken: number;
  readonly resolve: (answers: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers requests that arrive together in one batch. While a batch runs others wait, and the next takes as many as fit, so
 * that batches grow with the load and a lone request waits for nobody. A request of more images than a batch holds goes to
 * the end of the line after each of its parts.
 */
export class Batcher {
  private readonly waiting: Job[] = [];
  private images = 0;
  private running = false;
  private closed = false;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly run: RunBatch,
    private readonly options: BatcherOptions,
  ) {}

  /** Images that wait for a batch. */
  get queued(): number {
    return this.images;
  }

  /**
   * @param pixels [count, values]
   * @returns [count, outputs]
   * @throws Refusal (503) where these would not fit into the queue, (404) once it is closed
   */
  predict(pixels: Float32Array): Promise<Float32Array> {
    const { values, outputs, capacity = 4096 } = this.options;
    const count = pixels.length / values;
    if (this.closed) return Promise.reject(notFound('this model has just been unloaded'));
    if (this.images + count > capacity)
      return Promise.reject(busy(`${this.images} images are waiting already, of at most ${capacity}`));
    return new Promise((resolve, reject) => {
      this.images += count;
      this.waiting.push({
        pixels,
        answers: new Float32Array(count * outputs),
        count,
        taken: 0,
        resolve,
        reject,
      });
      if (!this.running) this.work = this.runAll();
    });
  }

  /** Takes no more requests; resolves once those that wait are answered. */
  async close(): Promise<void> {
    this.closed = true;
    await this.work;
  }

  private async runAll(): Promise<void> {
    this.running = true;
    const { between = () => new Promise<void>((resolve) => setImmediate(resolve)) } = this.options;
    while (this.waiting.length > 0) {
      await between();
      await this.runNext();
    }
    this.running = false;
  }

  private async runNext(): Promise<void> {
    const { values, outputs, onBatch } = this.options;
    const parts = this.take();
    const size = parts.reduce((sum, { to, from }) => sum + to - from, 0);
    const batch = new Float32Array(size * values);
    let at = 0;
    for (const { job, from, to } of parts) {
      batch.set(job.pixels.subarray(from * values, to * values), at * values);
      at += to - from;
    }
    const began = performance.now();
    try {
      const answers = await this.run(batch);
      at = 0;
      for (const { job, from, to } of parts) {
        job.answers.set(answers.subarray(at * outputs, (at + to - from) * outputs), from * outputs);
        at += to - from;
        if (to === job.count) job.resolve(job.answers);
      }
    } catch (error) {
      for (const { job } of parts) this.drop(job, error);
    }
    onBatch?.(size, (performance.now() - began) / 1000);
  }

  /** The next batch; a request that is not done goes to the end of the line. */
  private take(): { job: Job; from: number; to: number }[] {
    const parts: { job: Job; from: number; to: number }[] = [];
    const unfinished: Job[] = [];
    for (let room = this.options.batch ?? 64; room > 0 && this.waiting.length > 0; ) {
      const job = this.waiting.shift()!;
      const from = job.taken;
      job.taken = Math.min(job.count, from + room);
      room -= job.taken - from;
      this.images -= job.taken - from;
      parts.push({ job, from, to: job.taken });
      if (job.taken < job.count) unfinished.push(job);
    }
    this.waiting.push(...unfinished);
    return parts;
  }

  private drop(job: Job, error: unknown): void {
    const at = this.waiting.indexOf(job);
    if (at >= 0) this.waiting.splice(at, 1);
    this.images -= job.count - job.taken;
    job.taken = job.count;
    job.reject(error);
  }
}
