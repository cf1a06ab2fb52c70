import { tf } from '../engine/index.js';

/** Milliseconds spent in two functions of the native addon since the clock was made. */
export interface AddonClock {
  run: number;
  readBack: number;
}

type Binding = Record<'runSavedModel' | 'tensorDataSync', (...args: unknown[]) => unknown>;

/**
 * Makes a program whose calls into the native addon are timed. The program keeps the binding that it finds when it is
 * made; so it is given one that looks at the clock around two functions, which costs less than a microsecond a step.
 *
 * @returns the program, and the clock; none on engines without the addon.
 */
export function timedProgram<T>(make: () => T): { program: T; clock?: AddonClock } {
  const backend = tf.backend() as unknown as { binding?: Binding };
  const { binding } = backend;
  if (!binding) return { program: make() };
  const clock: AddonClock = { run: 0, readBack: 0 };
  const timed = (name: keyof Binding, phase: keyof AddonClock) => ({
    value: (...args: unknown[]) => {
      const began = performance.now();
      const result = binding[name](...args);
      clock[phase] += performance.now() - began;
      return result;
    },
  });
  // The addon's properties are read-only: own properties of an heir hide them.
  backend.binding = Object.create(binding, {
    runSavedModel: timed('runSavedModel', 'run'),
    tensorDataSync: timed('tensorDataSync', 'readBack'),
  }) as Binding;
  try {
    return { program: make(), clock };
  } finally {
    backend.binding = binding;
  }
}
