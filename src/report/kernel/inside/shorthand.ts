import type { Tslab } from './tslab.js';

/**
 * tslab compiles a name that an earlier cell declared to a property of its exports, except in the shorthand `{ name }`,
 * where the bare name stays and is not found. Names that nothing else declares are therefore looked up there too.
 */
export function resolveShorthand({ executor }: Tslab): void {
  const { createExecutor } = executor;
  executor.createExecutor = (...args) => {
    const made = createExecutor(...args);
    findGlobally(made.locals);
    return made;
  };
}

function findGlobally(names: object): void {
  const declared = (name: string | symbol) => typeof name === 'string' && Object.hasOwn(names, name);
  const parent: object = Object.getPrototypeOf(globalThis);
  const lookup = new Proxy(parent, {
    has: (target, name) => Reflect.has(target, name) || declared(name),
    get: (target, name, receiver) =>
      Reflect.get(declared(name) && !Reflect.has(target, name) ? names : target, name, receiver),
  });
  Object.setPrototypeOf(globalThis, lookup);
}
