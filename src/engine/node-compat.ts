import util from 'node:util';

/** Functions that Node 23 removed from `node:util` and that tfjs-node 4.22 still calls. */
interface RemovedUtil {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/**
 * Puts back `util.isNullOrUndefined` and `util.isArray` where they are missing (Node 23 and newer). Must run before
 * tfjs-node works on its first tensor; harmless to repeat.
 */
export function supplyRemovedUtilFunctions(target: object = util): void {
  const removed = target as RemovedUtil;
  removed.isNullOrUndefined ??= (value) => value === null || value === undefined;
  removed.isArray ??= Array.isArray;
}
