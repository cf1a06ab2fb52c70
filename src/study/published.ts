import type { ModelName } from '../models/index.js';

/** What the original study printed for a model; null where it printed nothing. Accuracies 0 to 1, losses in nats. */
export interface PublishedResult {
  /** Highest over all epochs. */
  readonly peakValidationAccuracy: number;
  /** On all 10,000 test images. */
  readonly testAccuracy: number;
  /** On the test images. */
  readonly testLoss: number | null;
  /** On the validation images. */
  readonly validationLoss: number | null;
  /** Train minus validation accuracy. */
  readonly gap: number | null;
  /** On a GPU that was not named. */
  readonly trainSeconds: number | null;
}

const none = { testLoss: null, validationLoss: null, gap: null, trainSeconds: null };

/** One seed, nothing re-run; batch size, learning rate, patience and split were not published. */
export const PUBLISHED: Readonly<Record<ModelName, PublishedResult>> = {
  baseline: { ...none, peakValidationAccuracy: 0.4178, testAccuracy: 0.3993, testLoss: 1.6869 },
  small: { ...none, peakValidationAccuracy: 0.6078, testAccuracy: 0.6092, validationLoss: 1.0815 },
  medium: { ...none, peakValidationAccuracy: 0.7524, testAccuracy: 0.7506, gap: 0.047 },
  big: { ...none, peakValidationAccuracy: 0.7926, testAccuracy: 0.7937, gap: 0.093, trainSeconds: 111.5 },
  extra_big: {
    ...none,
    peakValidationAccuracy: 0.8136,
    testAccuracy: 0.8049,
    validationLoss: 0.5796,
    gap: 0.12,
    trainSeconds: 151.5,
  },
};
