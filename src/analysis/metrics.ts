/** How good the predictions for a set of images are. */
export interface Evaluation {
  readonly count: number;
  /** Share of images whose largest logit is the label's, 0 to 1. */
  readonly accuracy: number;
  /** Mean cross-entropy in nats; ln(classes) is what a guess costs. */
  readonly loss: number;
  /** Counts: confusion[label][predicted]. */
  readonly confusion: readonly (readonly number[])[];
  /** Accuracy among the images of each class; null for a class without images. */
  readonly perClass: readonly (number | null)[];
}

/** An image taken for something else. */
export interface Mistake {
  /** Position in the set. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Softmax probability of the wrong class. */
  readonly confidence: number;
}

/**
 * Accuracy, loss and confusion from logits.
 *
 * @param logits [count, classes], row-major
 * @param labels [count], values 0 to classes - 1
 * @throws RangeError where the sizes do not fit, there is no image, or a label is out of range
 */
export function evaluateLogits(logits: Float32Array, labels: Uint8Array, classes = 10): Evaluation {
  const count = checkSizes(logits, labels, classes);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const label = labels[i]!;
    confusion[label]![argmax(row)]! += 1;
    loss += logSumExp(row) - row[label]!;
  }
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  return {
    count,
    accuracy: right / count,
    loss: loss / count,
    confusion,
    perClass: confusion.map((row, label) => {
      const total = row.reduce((sum, n) => sum + n, 0);
      return total > 0 ? row[label]! / total : null;
    }),
  };
}

/** The class of the largest logit of each image; the first of equals. */
export function predictions(logits: Float32Array, classes = 10): Uint8Array {
  const predicted = new Uint8Array(logits.length / classes);
  for (let i = 0; i < predicted.length; i++) {
    predicted[i] = argmax(logits.subarray(i * classes, (i + 1) * classes));
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
  confusion: Evaluation['confusion'],
  limit: number,
): { readonly a: number; readonly b: number; readonly count: number }[] {
  const pairs = confusion.flatMap((row, a) =>
    row.slice(0, a).map((n, b) => ({ a: b, b: a, count: n + confusion[b]![a]! })),
  );
  return pairs.sort((x, y) => y.count - x.count).slice(0, limit);
}

function argmax(row: Float32Array): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}

/** ln of the sum of exponentials, shifted by the largest so that none overflows. */
function logSumExp(row: Float32Array): number {
  const largest = row[argmax(row)]!;
  let sum = 0;
  for (const value of row) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

function checkSizes(logits: Float32Array, labels: Uint8Array, classes: number): number {
  if (labels.length === 0 || logits.length !== labels.length * classes) {
    throw new RangeError(`${logits.length} logits are not ${classes} for each of ${labels.length} labels`);
  }
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) throw new RangeError(`label ${wrong} is not below ${classes}`);
  return labels.length;
}
