import type { Progress } from '../../base/progress.js';

/** Where a code cell stands among the code cells that are executed; `position` counts from 1. */
export interface CellPosition {
  /** Index among all cells of the executed notebook, from 0. */
  readonly cellIndex: number;
  readonly position: number;
  readonly total: number;
  /** The first line of the source that is not a comment, otherwise the first line. */
  readonly firstLine: string;
}

/** What happens while a notebook is executed, for a progress line. */
export type ExecuteEvent =
  | { readonly type: 'notebook-start'; readonly path: string; readonly total: number }
  | ({ readonly type: 'cell-start'; readonly path: string } & CellPosition)
  | { readonly type: 'progress'; readonly path: string; readonly progress: Progress }
  | ({
      readonly type: 'cell-end';
      readonly path: string;
      readonly seconds: number;
      readonly status: 'ok' | 'error';
    } & CellPosition)
  | {
      readonly type: 'notebook-end';
      readonly path: string;
      readonly seconds: number;
      readonly status: 'ok' | 'failed';
    };

export type OnExecuteEvent = (event: ExecuteEvent) => void;
