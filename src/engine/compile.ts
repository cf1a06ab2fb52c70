import { WhyconvError } from '../base/errors.js';
import { isNative } from './native-binding.js';
import type { CallTimes, Program, ProgramDefinition } from './program.js';
import { eagerProgram } from './program-eager.js';
import { graphProgram } from './program-graph.js';

/** How {@link compile} makes a program. */
export interface CompileOptions {
  /** False requests eager execution on any engine. Default: true, unless the environment variable WHYCONV_NO_COMPILE is set. */
  readonly compile?: boolean | undefined;
  /** Called after each call of a compiled program with the time it took; never called for eager programs. */
  readonly onCall?: (times: CallTimes) => void;
}

/**
 * Makes a program callable: as one compiled TensorFlow graph on the native engine, eagerly on others. Callers need not
 * know which.
 *
 * @throws WhyconvError if a function cannot be compiled faithfully (see record.ts), or if bfloat16 is requested for an
 * eager program
 *
 * @example
 * ```ts
 * import { compile, startEngine, tf } from 'whyconv';
 *
 * await startEngine();
 * const program = compile({
 *   variables: { w: { shape: [2], values: Float32Array.of(3, 4) } },
 *   tables: {},
 *   functions: {
 *     norm: {
 *       rows: 0,
 *       gather: {},
 *       feeds: { scale: [] },
 *       body: ({ w }, { scale }) => ({ outputs: { norm: tf.mul(tf.norm(w!), scale!) } }),
 *     },
 *   },
 * });
 * program.run('norm', { feeds: { scale: Float32Array.of(2) } }); // => { norm: [10] }
 * program.dispose();
 * ```
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
