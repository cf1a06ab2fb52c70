import type { Program } from '../engine/index.js';
import { packBits } from './bits.js';
import type { Evaluation } from './run-record.js';
import { EVALUATION_BATCH } from './training-program.js';

/**
 * Logits of the rows, [rows.length, classes], row-major. The last batch is filled up and its surplus dropped.
 *
 * @param between awaited after each batch, to let others have the thread; what it throws ends the evaluation
 */
export async function predictLogits(
  program: Program<'evaluate'>,
  rows: Uint32Array,
  classes: number,
  between: () => Promise<void> = async () => {},
): Promise<Float32Array> {
  const logits = new Float32Array(rows.length * classes);
  const batch = new Int32Array(EVALUATION_BATCH);
  for (let start = 0; start < rows.length; start += EVALUATION_BATCH) {
    const taken = rows.subarray(start, start + EVALUATION_BATCH);
    batch.fill(taken[0]!).set(taken);
    const { logits: values } = program.run('evaluate', { rows: batch });
    logits.set(values!.subarray(0, taken.length * classes), start * classes);
    await between();
  }
  return logits;
}

/**
 * Mean cross-entropy in nats, top-1 accuracy and the correctly classified images, of logits [labels.length, classes].
 *
 * @example
 * ```ts
 * import { scoreLogits, unpackBits } from 'whyconv';
 *
 * const { accuracy, correct } = scoreLogits(Float32Array.of(0, 1, 1, 0), [1, 1]);
 * accuracy; // => 0.5
 * unpackBits(correct, 2); // => [1, 0]
 * ```
 */
export function scoreLogits(logits: Float32Array, labels: ArrayLike<number>): Evaluation {
  const count = labels.length;
  const classes = logits.length / count;
  let loss = 0;
  const correct: boolean[] = [];
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    loss += logSumExp(row) - row[labels[i]!]!;
    correct.push(argMax(row) === labels[i]);
  }
  const accuracy = correct.filter(Boolean).length / count;
  return { count, loss: loss / count, accuracy, correct: packBits(correct) };
}

/**
 * Entry [true class][predicted class] counts images.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from 'whyconv';
 *
 * confusionMatrix(Float32Array.of(0, 1, 1, 0, 0, 1), [1, 1, 1]); // => [[0, 0], [1, 2]]
 * ```
 */
export function confusionMatrix(logits: Float32Array, labels: ArrayLike<number>): number[][] {
  const classes = logits.length / labels.length;
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    matrix[labels[i]!]![argMax(logits.subarray(i * classes, (i + 1) * classes))]!++;
  }
  return matrix;
}

/**
 * The first of the largest.
 *
 * @example
 * ```ts
 * import { argMax } from 'whyconv';
 *
 * argMax(Float32Array.of(1, 3, 2)); // => 1
 * ```
 */
export function argMax(row: Float32Array): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}

/** log(sum(exp(row))), without overflow. */
export function logSumExp(row: Float32Array): number {
  const peak = row[argMax(row)]!;
  let sum = 0;
  for (const value of row) sum += Math.exp(value - peak);
  return peak + Math.log(sum);
}
