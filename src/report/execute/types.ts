import type { KernelOptions } from '../kernel/index.js';
import type { Notebook } from '../nbformat.js';
import type { OnExecuteEvent } from './events.js';
import type { Parameters } from './parameters.js';

export interface ExecuteNotebookOptions {
  /** Names the notebook in events and errors. */
  readonly path: string;
  /** The kernel's working directory; default: the notebook's folder. */
  readonly cwd?: string;
  /** Values for the names that the cell tagged `parameters` declares. */
  readonly parameters?: Parameters;
  /** Cells with one of these tags are left out, as are those tagged `skip-execution`; default: none. */
  readonly skipTags?: readonly string[];
  /** By tag: cells that are left out too, and what is said in place of their outputs, in Markdown; default: none. */
  readonly leaveOut?: Readonly<Record<string, string>>;
  /** Seconds for each cell; default: no limit. */
  readonly cellTimeout?: number;
  /** Seconds for the kernel to answer; default 60. */
  readonly startupTimeout?: number;
  /** Added to the kernel's environment. */
  readonly env?: KernelOptions['env'];
  readonly onEvent?: OnExecuteEvent;
  /** Interrupts the running cell and ends the kernel. */
  readonly signal?: AbortSignal;
  /** Another kernel than this project's: see {@link KernelOptions}. */
  readonly kernel?: Pick<KernelOptions, 'argv' | 'projectRoot' | 'ports'>;
}

/** The cell that stopped a notebook. */
export interface CellFailure {
  /** Index in the executed notebook, from 0. */
  readonly cellIndex: number;
  /** Number in the notebook's file, from 1, all kinds of cells counted; an injected cell has that of its parameters. */
  readonly cellNumber: number;
  readonly source: string;
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface ExecutedNotebook {
  /** With outputs, execution counts and times; cells after a failure have none. */
  readonly notebook: Notebook;
  /** Present if a cell failed. */
  readonly failed?: CellFailure;
  /** From the start of the kernel to its end. */
  readonly seconds: number;
  /** Seconds of each cell of `notebook`; null for one that was not executed. */
  readonly cellSeconds: readonly (number | null)[];
}
