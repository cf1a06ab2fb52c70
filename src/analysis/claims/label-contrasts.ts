import { type Contrast, type ContrastTerm, contrast } from '../contrast.js';
import type { LabelResult } from '../results.js';

/** Test accuracy of a label, with a weight. */
export const test = ({ records }: LabelResult, weight: number): ContrastTerm => ({
  weight,
  records,
  of: 'test',
});

export const validation = ({ records }: LabelResult, weight: number): ContrastTerm => ({
  weight,
  records,
  of: 'validation',
});

/** a - b, test accuracy. */
export const difference = (a: LabelResult, b: LabelResult): Contrast => contrast([test(a, 1), test(b, -1)]);

/** Train minus validation accuracy, with a weight. */
export const gap = ({ records }: LabelResult, weight: number): ContrastTerm[] => [
  { weight, records, of: 'train' },
  { weight: -weight, records, of: 'validation' },
];

export const gapOf = (result: LabelResult): Contrast => contrast(gap(result, 1));

/** The generalization gap of a minus that of b. */
export const gapDifference = (a: LabelResult, b: LabelResult): Contrast =>
  contrast([...gap(a, 1), ...gap(b, -1)]);

/** How much more the permutation costs the CNN than the baseline, test accuracy. */
export const lossOf = (
  cnn: LabelResult,
  base: LabelResult,
  permutedCnn: LabelResult,
  permutedBase: LabelResult,
): Contrast => contrast([test(cnn, 1), test(permutedCnn, -1), test(base, -1), test(permutedBase, 1)]);

/** Whether some seed has a finished run of every label. */
export const haveCommonSeed = ([first, ...others]: readonly LabelResult[]): boolean =>
  first!.records.some(({ spec }) =>
    others.every(({ records }) => records.some((record) => record.spec.seed === spec.seed)),
  );
