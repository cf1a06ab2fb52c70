import assert from 'node:assert/strict';
import type { Prediction } from '../../src/notebook/show.js';
import { predictionsOf } from '../notebooks/chapters.js';

/** What is settled must be what the chapter predicts, word for word. */
export function assertPredicted(chapter: string, predictions: readonly Prediction[]): void {
  assert.deepEqual(
    predictions.map(({ text }) => text),
    predictionsOf(chapter),
  );
}

/** The same where others settle the rest of the chapter's predictions. */
export function assertAmongPredicted(chapter: string, predictions: readonly Prediction[]): void {
  const all = predictionsOf(chapter);
  for (const { text } of predictions) assert.ok(all.includes(text), text);
}

export const held = (predictions: readonly Prediction[]): (boolean | null)[] =>
  predictions.map((prediction) => prediction.held);
