import util from 'node:util';

/**
 * Gives `node:util` its own `isNullOrUndefined` and `isArray`, which tfjs-node 4.22 calls: Node 23 has removed the
 * first, Node 22 warns on stderr when it is called. Must run before tfjs-node works on its first tensor; harmless to
 * repeat.
 */
export function supplyRemovedUtilFunctions(target: object = util): void {
  Object.assign(target, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
