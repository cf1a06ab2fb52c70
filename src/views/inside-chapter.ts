import type { Comparisons, ConditionResult } from '../analysis/index.js';
import type { Dataset } from '../data/index.js';
import type { EffectiveReceptiveField } from '../lab/index.js';
import type { Prediction } from '../notebook/show.js';
import { chapterReading } from './compared.js';
import { confusionPrediction } from './confusion.js';
import { effectiveFieldPrediction } from './inside.js';
import { type MeasuredWidth, pruningPrediction, pruningReading } from './redundancy.js';
import {
  type DropoutRates,
  dropoutPrediction,
  dropoutReading,
  type Heads,
  headsPrediction,
  headsReading,
} from './regularization.js';

/** What was found inside the networks. */
export interface FoundInside {
  /** Of each convolution. */
  readonly fields: readonly EffectiveReceptiveField[];
  /** Narrow to wide. */
  readonly widths: readonly MeasuredWidth[];
  /** Absent where one of the two did not finish. */
  readonly heads: Heads | undefined;
  /** Narrow to wide. */
  readonly dropout: readonly DropoutRates[];
  /** The most accurate CNN. */
  readonly best: ConditionResult;
}

/** The predictions of the chapter "Inside the networks", in its order. */
export const insidePredictions = (
  { fields, widths, heads, dropout, best }: FoundInside,
  dataset: Pick<Dataset, 'name' | 'classes'>,
): Prediction[] => [
  effectiveFieldPrediction(fields),
  pruningPrediction(widths),
  headsPrediction(heads),
  dropoutPrediction(dropout),
  confusionPrediction(best, dataset),
];

/** What the chapter comes to. */
export const insideReading = ({ widths, heads, dropout }: FoundInside, compare: Comparisons): string =>
  chapterReading([pruningReading(widths), headsReading(heads), dropoutReading(dropout, compare)]);
