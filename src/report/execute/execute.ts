import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { type ExecuteResult, type Kernel, startKernel } from '../kernel/index.js';
import { type CodeCell, type Notebook, type Output, stripOutputs, tagged } from '../nbformat.js';
import { deadKernel } from './dead-kernel.js';
import type { CellPosition, OnExecuteEvent } from './events.js';
import { throwIfInterrupted, unlessInterrupted } from './interrupt.js';
import { collectOutputs, type Displays, type OutputCollector, progressPayload } from './outputs.js';
import { INJECTED_TAG, injectParameters } from './parameters.js';
import type { CellFailure, ExecutedNotebook, ExecuteNotebookOptions } from './types.js';

const SKIP_TAG = 'skip-execution';
const RAISES_TAG = 'raises-exception';

/**
 * Executes a notebook on a kernel of its own, cell after cell, until one fails. A cell fails that does not compile,
 * throws, leaves a rejected promise behind, exceeds its time or ends the kernel; tagged `raises-exception` it may throw
 * (or not) and the next one is executed. Empty cells and cells tagged `skip-execution` or with one of `skipTags` are left out.
 * @throws WhyconvError for a parameter the notebook does not declare, or if no kernel could be started
 * @throws InterruptedError when `signal` is aborted
 */
export async function executeNotebook(
  notebook: Notebook,
  options: ExecuteNotebookOptions,
): Promise<ExecutedNotebook> {
  const run = new NotebookRun(notebook, options);
  return run.execute();
}

class NotebookRun {
  readonly #notebook: Notebook;
  readonly #cellSeconds: (number | null)[];
  readonly #displays: Displays = new Map();
  readonly #collectors = new Map<number, OutputCollector>();
  readonly #notify: OnExecuteEvent;
  #failed: CellFailure | undefined;

  constructor(
    notebook: Notebook,
    private readonly options: ExecuteNotebookOptions,
  ) {
    const prepared = stripOutputs(injectParameters(notebook, options.parameters ?? {}, options.path));
    this.#notebook = { ...prepared, cells: prepared.cells.map((cell) => ({ ...cell })) };
    this.#cellSeconds = prepared.cells.map(() => null);
    this.#notify = options.onEvent ?? (() => {});
  }

  async execute(): Promise<ExecutedNotebook> {
    const { path, signal } = this.options;
    const started = performance.now();
    this.#notify({ type: 'notebook-start', path, total: this.#runnable().length });
    const kernel = await startKernel({
      cwd: dirname(resolve(path)),
      ...withoutUndefined(this.#kernelOptions()),
    });
    const interrupt = () => kernel.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      await this.#executeCells(kernel);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      await kernel.shutdown();
    }
    this.#gatherOutputs();
    const seconds = secondsSince(started);
    const failed = this.#failed;
    this.#notify({ type: 'notebook-end', path, seconds, status: failed === undefined ? 'ok' : 'failed' });
    return {
      notebook: this.#notebook,
      ...(failed === undefined ? {} : { failed }),
      seconds,
      cellSeconds: this.#cellSeconds,
    };
  }

  #kernelOptions() {
    const { cwd, env, startupTimeout, signal, kernel } = this.options;
    return { cwd, env, startupTimeout, signal, ...kernel };
  }

  #runnable(): number[] {
    const { skipTags = [], leaveOut = {} } = this.options;
    const skipped = [SKIP_TAG, ...skipTags, ...Object.keys(leaveOut)];
    return this.#notebook.cells.flatMap((cell, index) => {
      const runs = cell.cell_type === 'code' && cell.source.trim() !== '';
      return runs && !skipped.some((tag) => tagged(cell, tag)) ? [index] : [];
    });
  }

  async #executeCells(kernel: Kernel): Promise<void> {
    const indices = this.#runnable();
    for (const [i, cellIndex] of indices.entries()) {
      const cell = this.#notebook.cells[cellIndex] as CodeCell;
      const at = { cellIndex, position: i + 1, total: indices.length, firstLine: firstLine(cell.source) };
      await this.#executeCell(kernel, cell, at);
      if (this.#failed !== undefined) return;
    }
  }

  async #executeCell(kernel: Kernel, cell: CodeCell, at: CellPosition): Promise<void> {
    const { path, cellTimeout, signal } = this.options;
    this.#notify({ type: 'cell-start', path, ...at });
    throwIfInterrupted(path, signal);
    const started = performance.now();
    const outputs = collectOutputs(this.#displays);
    this.#collectors.set(at.cellIndex, outputs);
    const execution = kernel.execute(cell.source, {
      ...(cellTimeout === undefined ? {} : { timeout: cellTimeout }),
      onOutput: (output, late) => {
        const progress = progressPayload(output);
        if (progress !== undefined) return this.#progress(progress);
        outputs.add(output);
        if (late && output.type === 'error') this.#fail(cell, at.cellIndex, output);
      },
    });
    const result = await unlessInterrupted(execution.catch(deadKernel), path, signal);
    this.#record(cell, at.cellIndex, result);
    const seconds = secondsSince(started);
    this.#cellSeconds[at.cellIndex] = seconds;
    this.#notify({ type: 'cell-end', path, ...at, seconds, status: result.status });
  }

  #record(cell: CodeCell, cellIndex: number, result: ExecuteResult): void {
    cell.execution_count = result.executionCount;
    cell.metadata = { ...cell.metadata, execution: { ...result.times } };
    if (result.error === undefined) return;
    this.#collectors.get(cellIndex)?.ensureError(result.error);
    if (result.killed) this.#failed ??= this.#failure(cell, cellIndex, result.error);
    else this.#fail(cell, cellIndex, result.error);
  }

  #fail(cell: CodeCell, cellIndex: number, error: NonNullable<ExecuteResult['error']>): void {
    if (!tagged(cell, RAISES_TAG)) this.#failed ??= this.#failure(cell, cellIndex, error);
  }

  #failure(cell: CodeCell, cellIndex: number, error: NonNullable<ExecuteResult['error']>): CellFailure {
    const before = this.#notebook.cells.slice(0, cellIndex + 1);
    const { ename, evalue, traceback } = error;
    return {
      cellIndex,
      cellNumber: before.filter((item) => !tagged(item, INJECTED_TAG)).length,
      source: cell.source,
      ename,
      evalue,
      traceback,
    };
  }

  #progress(payload: unknown): void {
    const parsed = progressSchema.safeParse(payload);
    if (!parsed.success) return;
    const { task, fraction, detail, secondsLeft } = parsed.data;
    const progress = { task, fraction, ...withoutUndefined({ detail, secondsLeft }) };
    this.#notify({ type: 'progress', path: this.options.path, progress });
  }

  /** Only at the end is it known what each cell shows: updates and late output reach back. */
  #gatherOutputs(): void {
    for (const [cellIndex, collector] of this.#collectors) {
      (this.#notebook.cells[cellIndex] as CodeCell).outputs = collector.outputs();
    }
    for (const [tag, note] of Object.entries(this.options.leaveOut ?? {})) {
      for (const cell of this.#notebook.cells) {
        if (cell.cell_type === 'code' && tagged(cell, tag)) cell.outputs = [noteOutput(note)];
      }
    }
  }
}

const noteOutput = (note: string): Output => ({
  output_type: 'display_data',
  data: { 'text/markdown': note },
  metadata: {},
});

const progressSchema = z.object({
  task: z.string(),
  fraction: z.number(),
  detail: z.string().optional(),
  secondsLeft: z.number().optional(),
});

function firstLine(source: string): string {
  const lines = source.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !/^(\/\/|\/\*|\*)/.test(line)) ?? lines[0] ?? '';
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Defined<T>;
}
