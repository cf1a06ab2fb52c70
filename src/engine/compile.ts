import { isNative } from './native-binding.js';
import type { Program, ProgramDefinition } from './program.js';
import { eagerProgram } from './program-eager.js';
import { graphProgram } from './program-graph.js';

/**
 * Makes a program callable: as one compiled TensorFlow graph on the native engine, eagerly elsewhere. Callers need not
 * know which; `compile: false` asks for eager execution anywhere.
 *
 * @throws WhyconvError where a function cannot be compiled faithfully (see record.ts).
 */
export function compile<Name extends string>(
  definition: ProgramDefinition<Name>,
  options: { compile?: boolean } = {},
): Program<Name> {
  return isNative() && options.compile !== false ? graphProgram(definition) : eagerProgram(definition);
}
