import { WhyconvError } from '../base/errors.js';
import { isNative } from './native-binding.js';
import type { CallTimes, Program, ProgramDefinition } from './program.js';
import { eagerProgram } from './program-eager.js';
import { graphProgram } from './program-graph.js';

export interface CompileOptions {
  /** False asks for eager execution on any engine. Default: true, unless the environment's WHYCONV_NO_COMPILE is set. */
  readonly compile?: boolean | undefined;
  /** Told after each call of a compiled program what it spent its time on; eager programs tell nothing. */
  readonly onCall?: (times: CallTimes) => void;
}

/**
 * Makes a program callable: as one compiled TensorFlow graph on the native engine, eagerly elsewhere. Callers need not
 * know which.
 *
 * @throws WhyconvError where a function cannot be compiled faithfully (see record.ts), or bfloat16 is asked for elsewhere.
 */
export function compile<Name extends string>(
  definition: ProgramDefinition<Name>,
  options: CompileOptions = {},
): Program<Name> {
  const wanted = options.compile ?? !process.env.WHYCONV_NO_COMPILE;
  const compiled = wanted && isNative();
  if (!compiled && definition.precision === 'bf16') {
    throw new WhyconvError({
      what: 'bfloat16 needs compiled programs on the native engine',
      remedy: 'use precision float32, or install the native engine with `npm run engine`',
    });
  }
  return compiled ? graphProgram(definition, options.onCall) : eagerProgram(definition);
}
