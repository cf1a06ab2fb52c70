import { latestCell, stopCells } from './cells.js';
import type { Tslab } from './tslab.js';

/** How long work that was asked to stop may take before its cell is ended without it, in ms. */
const PATIENCE = 1000;

/**
 * tslab ends an interrupted cell at once, while what the cell started continues and competes with the next one. So work that
 * listens to its cell's signal is asked to stop first, and the cell ends with it; a second interruption does not wait.
 */
export function stopWorkOnInterrupt({ executor }: Tslab): void {
  const { createExecutor } = executor;
  executor.createExecutor = (...args) => {
    const made = createExecutor(...args);
    const endCell = made.interrupt.bind(made);
    made.interrupt = () => {
      const cell = latestCell();
      const listens = cell?.stop?.signal.aborted === false;
      stopCells();
      const end = () => {
        if (latestCell() === cell) endCell();
      };
      setTimeout(end, listens ? PATIENCE : 0);
    };
    return made;
  };
}
