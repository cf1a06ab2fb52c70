import util from 'node:util';

/**
 * Replaces `isNullOrUndefined` and `isArray` of `node:util`, which tfjs-node 4.22 calls: Node 23 has removed the first,
 * Node 22 prints a warning when it is called. Call it before tfjs-node processes its first tensor; it can be repeated.
 */
export function supplyRemovedUtilFunctions(target: object = util): void {
  Object.assign(target, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
