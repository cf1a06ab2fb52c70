import { AsyncLocalStorage } from 'node:async_hooks';
import type { Failure } from './failure.js';
import type { DisplayMessage } from './tslab.js';

/** One request to execute code, and the way back to the cell that asked. */
export interface RunningCell {
  readonly id: string;
  /** Sends a message on iopub as an answer to this cell's request. */
  publish(type: string, content: object): void;
  /** The first error of the cell, also one that was never awaited. */
  failure: Failure | undefined;
  /** Present once work of the cell has asked for its signal. */
  stop?: AbortController;
}

/** The id of the cell whose code is running, followed through timers and promises; a string, for it shows in both. */
const context = new AsyncLocalStorage<string>();
const cells = new Map<string, RunningCell>();
let latest: RunningCell | undefined;

/** Runs `work` so that what it starts, however late, is known to belong to `cell`. */
export function runCell<T>(cell: RunningCell, work: () => T): T {
  cells.set(cell.id, cell);
  return context.run(cell.id, work);
}

/** The request in whose context this is called becomes the latest cell. */
export function startCell(): RunningCell {
  const cell = inContext();
  if (cell === undefined) throw new Error('a cell was started outside a request');
  latest = cell;
  return cell;
}

/** The cell that output belongs to: the one that started the running code, otherwise the latest. */
export function owner(): RunningCell | undefined {
  return inContext() ?? latest;
}

function inContext(): RunningCell | undefined {
  const id = context.getStore();
  return id === undefined ? undefined : cells.get(id);
}

/** Aborts when the cell whose code is calling is interrupted. */
export function signalOfCell(): AbortSignal | undefined {
  const cell = owner();
  if (cell === undefined) return undefined;
  cell.stop ??= new AbortController();
  return cell.stop.signal;
}

/** Asks the work of all cells to stop, also of those that have ended. */
export function stopCells(): void {
  for (const { stop } of cells.values()) stop?.abort();
}

export function latestCell(): RunningCell | undefined {
  return latest;
}

export function fail(cell: RunningCell, failure: Failure): void {
  cell.failure ??= failure;
  cell.publish('error', failure);
}

export function publishStream(name: 'stdout' | 'stderr', text: string): void {
  owner()?.publish('stream', { name, text });
}

export function publishDisplay(message: DisplayMessage, update: boolean): void {
  owner()?.publish(update ? 'update_display_data' : 'display_data', message);
}
