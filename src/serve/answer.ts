import { argMax, logSumExp } from '../training/index.js';
import type { Servable } from './servable.js';

/** What a network says about images. */
export interface Answer {
  readonly classes: readonly string[];
  readonly count: number;
  /** [count, classes], row-major. */
  readonly logits: Float32Array;
  /** Their softmax: each row sums to 1. */
  readonly probabilities: Float32Array;
}

/** Asks a network. @throws Refusal (503) where its queue is full */
export async function ask(model: Servable, pixels: Float32Array): Promise<Answer> {
  const logits = await model.predict(pixels);
  const { classes } = model;
  const count = logits.length / classes.length;
  return { classes, count, logits, probabilities: softmax(logits, classes.length) };
}

/** The row of one image, as an array that JSON can hold. */
export const rowOf = (values: Float32Array, { classes }: Answer, row: number): number[] =>
  Array.from(values.subarray(row * classes.length, (row + 1) * classes.length));

export const rowsOf = (values: Float32Array, answer: Answer): number[][] =>
  Array.from({ length: answer.count }, (_, row) => rowOf(values, answer, row));

/** The most probable class of an image. */
export function labelOf(answer: Answer, row: number): string {
  const { classes, logits } = answer;
  return classes[argMax(logits.subarray(row * classes.length, (row + 1) * classes.length))]!;
}

/** Softmax of each row of `classes` logits. */
export function softmax(logits: Float32Array, classes: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const log = logSumExp(row);
    for (let i = 0; i < classes; i++) probabilities[start + i] = Math.exp(row[i]! - log);
  }
  return probabilities;
}
