import { argMax, logSumExp } from '../training/index.js';

/** A misclassified image. */
export interface Mistake {
  /** Position in the set. */
  readonly index: number;
  /** The image's own class. */
  readonly label: number;
  /** The class with the greatest logit. */
  readonly predicted: number;
  /** Softmax probability of the wrong class. */
  readonly confidence: number;
}

/**
 * The class of the largest logit of each image; the first of equals.
 *
 * @example
 * ```ts
 * import { predictions } from 'whyconv';
 *
 * predictions(Float32Array.of(0, 2, 1, 5, 4, 3), 3); // => [1, 0]
 * ```
 */
export function predictions(logits: Float32Array, classes = 10): Uint8Array {
  const predicted = new Uint8Array(logits.length / classes);
  for (let i = 0; i < predicted.length; i++) {
    predicted[i] = argMax(logits.subarray(i * classes, (i + 1) * classes));
  }
  return predicted;
}

/**
 * Per image: 1 where the predicted class is the label, otherwise 0.
 *
 * @example
 * ```ts
 * import { correctAnswers } from 'whyconv';
 *
 * correctAnswers(Float32Array.of(0, 2, 1, 5, 4, 3), Uint8Array.of(1, 2)); // => [1, 0]
 * ```
 */
export function correctAnswers(logits: Float32Array, labels: Uint8Array): Uint8Array {
  const predicted = predictions(logits, logits.length / labels.length);
  return predicted.map((answer, i) => Number(answer === labels[i]));
}

/**
 * The wrong predictions with the highest probability, most confident first, at most `limit`.
 *
 * @throws RangeError where logits and labels do not fit together, or a label is not below `classes`
 * @example
 * ```ts
 * import { mostConfidentMistakes } from 'whyconv';
 *
 * const logits = Float32Array.of(0, Math.log(3), 5, 0); // of two images and two classes
 * mostConfidentMistakes(logits, Uint8Array.of(0, 0), 10, 2); // => [{ index: 0, label: 0, predicted: 1, confidence: 0.75 }]
 * mostConfidentMistakes(logits, Uint8Array.of(0, 7), 10, 2); // throws RangeError: label 7 is not below 2
 * ```
 */
export function mostConfidentMistakes(
  logits: Float32Array,
  labels: Uint8Array,
  limit: number,
  classes = 10,
): Mistake[] {
  checkSizes(logits, labels, classes);
  const mistakes: Mistake[] = [];
  predictions(logits, classes).forEach((predicted, index) => {
    if (predicted === labels[index]) return;
    const row = logits.subarray(index * classes, (index + 1) * classes);
    const confidence = Math.exp(row[predicted]! - logSumExp(row));
    mistakes.push({ index, label: labels[index]!, predicted, confidence });
  });
  return mistakes.sort((a, b) => b.confidence - a.confidence || a.index - b.index).slice(0, limit);
}

/**
 * The most frequently confused pairs of classes, both directions summed, most frequent first.
 *
 * @example
 * ```ts
 * import { mostConfusedPairs } from 'whyconv';
 *
 * // rows: the images' own classes; columns: what they were taken for
 * mostConfusedPairs([[8, 2, 0], [3, 7, 0], [1, 0, 9]], 1); // => [{ a: 0, b: 1, count: 5 }]
 * ```
 */
export function mostConfusedPairs(
  confusion: readonly (readonly number[])[],
  limit: number,
): { readonly a: number; readonly b: number; readonly count: number }[] {
  const pairs = confusion.flatMap((row, a) =>
    row.slice(0, a).map((n, b) => ({ a: b, b: a, count: n + confusion[b]![a]! })),
  );
  return pairs.sort((x, y) => y.count - x.count).slice(0, limit);
}

/**
 * The share of the images that one and the same answer is right for, that of the most frequent class: 0.1 of ten equal classes.
 *
 * @example
 * ```ts
 * import { guessAccuracy } from 'whyconv';
 *
 * // rows: the images' own classes; columns: what they were taken for
 * guessAccuracy([[2, 4], [0, 2]]); // => 0.75
 * ```
 */
export function guessAccuracy(confusion: readonly (readonly number[])[]): number {
  const perClass = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  return Math.max(...perClass) / perClass.reduce((sum, count) => sum + count, 0);
}

function checkSizes(logits: Float32Array, labels: Uint8Array, classes: number): void {
  if (labels.length === 0 || logits.length !== labels.length * classes) {
    throw new RangeError(`${logits.length} logits are not ${classes} for each of ${labels.length} labels`);
  }
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) throw new RangeError(`label ${wrong} is not below ${classes}`);
}
