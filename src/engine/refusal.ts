import { WhyconvError } from '../base/errors.js';
import { tf } from './tf.js';

/** The error for a function that a graph could not replay faithfully. */
export const refusal = (what: string, found: string): WhyconvError =>
  new WhyconvError({
    what: `cannot compile: ${what}`,
    found,
    expected: 'a pure function of its variables and inputs',
    remedy: 'pass what varies as a feed or a variable, or run with compile: false',
  });

export const outsideTensor = (place: string): WhyconvError =>
  refusal(
    `the step uses a tensor from outside (${place})`,
    'a tensor that is neither an argument nor made in the step',
  );

/** Operations whose output shape tfjs reads from the recorded values and builds into what follows (a mean's divisor). */
const SHAPED_BY_VALUES: ReadonlySet<string> = new Set([
  'UniqueV2',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
]);

/** Refuses TensorFlow operations whose recording would only be right for the values it was recorded with. */
export function refuseOperation(op: string): void {
  if (SHAPED_BY_VALUES.has(op)) {
    throw refusal('the step makes a tensor whose shape depends on values', op);
  }
}

/** tfjs operations that draw random numbers, most of them in JavaScript. `tf.dropout` draws with `randomUniform`. */
const RANDOM_OPERATIONS: ReadonlySet<string> = new Set([
  'multinomial',
  'rand',
  'randomGamma',
  'randomNormal',
  'randomStandardNormal',
  'randomUniform',
  'randomUniformInt',
  'truncatedNormal',
]);

/**
 * Runs `body` and refuses the random operations of tfjs. Their draws would be constants of the graph: with a seed they
 * are the same in each run of the body, so that comparing two recordings cannot reveal them. Each operation of tfjs
 * opens a scope with its name, which is where it is noticed.
 */
export function refusingRandomOperations<T>(body: () => T): T {
  const engine = tf.engine();
  const { startScope } = engine;
  engine.startScope = (scope) => {
    const operation = scope?.endsWith(tf.OP_SCOPE_SUFFIX) ? scope.slice(0, -tf.OP_SCOPE_SUFFIX.length) : '';
    if (RANDOM_OPERATIONS.has(operation)) {
      const found = operation === 'randomUniform' ? 'tf.randomUniform or tf.dropout' : `tf.${operation}`;
      throw refusal('the step draws random numbers', found);
    }
    startScope.call(engine, scope);
  };
  try {
    return body();
  } finally {
    engine.startScope = startScope;
  }
}
