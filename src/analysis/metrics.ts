import { argMax, logSumExp } from '../training/index.js';

/** An image taken for something else. */
export interface Mistake {
  /** Position in the set. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Softmax probability of the wrong class. */
  readonly confidence: number;
}

/** The class of the largest logit of each image; the first of equals. */
export function predictions(logits: Float32Array, classes = 10): Uint8Array {
  const predicted = new Uint8Array(logits.length / classes);
  for (let i = 0; i < predicted.length; i++) {
    predicted[i] = argMax(logits.subarray(i * classes, (i + 1) * classes));
  }
  return predicted;
}

/** Share of images for which two sets of logits name the same class, right or wrong. */
export function agreement(a: Float32Array, b: Float32Array, classes = 10): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} logits cannot agree with ${b.length}`);
  const [first, second] = [predictions(a, classes), predictions(b, classes)];
  return first.reduce((same, predicted, i) => same + Number(predicted === second[i]), 0) / first.length;
}

/** The wrong predictions with the highest probability, most confident first, at most `limit`. */
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

/** The pairs of classes most often taken for each other, both directions summed, most often first. */
export function mostConfusedPairs(
  confusion: readonly (readonly number[])[],
  limit: number,
): { readonly a: number; readonly b: number; readonly count: number }[] {
  const pairs = confusion.flatMap((row, a) =>
    row.slice(0, a).map((n, b) => ({ a: b, b: a, count: n + confusion[b]![a]! })),
  );
  return pairs.sort((x, y) => y.count - x.count).slice(0, limit);
}

function checkSizes(logits: Float32Array, labels: Uint8Array, classes: number): void {
  if (labels.length === 0 || logits.length !== labels.length * classes) {
    throw new RangeError(`${logits.length} logits are not ${classes} for each of ${labels.length} labels`);
  }
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) throw new RangeError(`label ${wrong} is not below ${classes}`);
}
