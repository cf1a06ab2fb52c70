import { type Cell, type Output, tagged } from '../nbformat.js';

/** Whether a cell is in the page at all. */
export const isShown = (cell: Cell): boolean => !tagged(cell, 'remove-cell');

/** The outputs of a cell that are in the page. */
export function shownOutputs(cell: Cell): readonly Output[] {
  return cell.cell_type === 'code' && isShown(cell) && !tagged(cell, 'remove-output') ? cell.outputs : [];
}
