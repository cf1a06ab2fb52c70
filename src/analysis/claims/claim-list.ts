import type { ExperimentName } from '../../study/index.js';

/** A claim of the original study, with the test that decides it. */
export interface Claim {
  readonly id: string;
  readonly statement: string;
  /** How it is decided, in words. */
  readonly test: string;
  /** The experiments whose records decide it; none where arithmetic does. */
  readonly source: readonly ExperimentName[];
}

const claim = (id: string, source: readonly ExperimentName[], statement: string, test: string): Claim => ({
  id,
  source,
  statement,
  test,
});

/** The claims, in the order of the ledger. */
export const CLAIMS = {
  C1: claim(
    'C1',
    ['filterSweep'],
    'Accuracy rises monotonically with the number of filters.',
    'each of four widths minus the next narrower one, test accuracy: all intervals above 0; refuted by one below 0',
  ),
  C2: claim(
    'C2',
    ['filterSweep'],
    'Returns diminish: the step small → medium brings more than big → extra_big.',
    '(medium − small) − (extra_big − big), test accuracy: interval above 0',
  ),
  C3: claim(
    'C3',
    ['filterSweep'],
    'The generalization gap grows with width.',
    'train minus validation accuracy, each of four widths minus the next narrower one: as for C1',
  ),
  C4: claim(
    'C4',
    ['filterSweep'],
    'Even `small` beats the dense baseline, with 118 times fewer parameters.',
    'small − baseline, both on all images, test accuracy: interval above 0',
  ),
  C5: claim(
    'C5',
    ['dropout'],
    'Dropout 0.3 gets relatively weaker with width; larger models would gain from more.',
    'the share of the gap that dropout 0.3 takes off, narrowest minus widest CNN, and test accuracy of the widest with ' +
      '0.5 minus with 0.3: both intervals above 0; undecided where a gap without dropout is not above 0',
  ),
  C6: claim(
    'C6',
    ['filterSweep', 'permutation'],
    'The advantage is architectural, not one of budget or optimizer.',
    'CNN − baseline under one protocol is above 0, and smaller once pixels are permuted: both intervals',
  ),
  C7: claim(
    'C7',
    ['baselineSettings', 'denseControl'],
    'The published dense baseline (0.3993) is the best achievable when spatial structure is discarded.',
    'test accuracy on CIFAR-10 of the same baseline, and of another flat network: refuted if an interval lies above ' +
      '0.3993; no run can support it',
  ),
  C8: claim(
    'C8',
    ['filterSweep', 'permutation', 'blockPermutation'],
    'Nearby pixels carry related information, and the CNN uses it.',
    'what a fixed pixel permutation costs the CNN minus what it costs the baseline: interval above 0',
  ),
  C9: claim(
    'C9',
    ['weightSharing', 'dataSize'],
    'Weight sharing: a detector is useful at every position.',
    'small − the same network with weights of its own at every position, trained for long on as many images, test ' +
      'accuracy: interval above 0',
  ),
  C10: claim(
    'C10',
    ['filterSweep'],
    'Convolution is equivariant to translation; max-pooling gives limited invariance within its window.',
    'relative error away from borders, every convolution and pooling: rounding before pooling and for shifts by whole ' +
      'strides after it, more for all others; one pixel changes features in place less after the first pooling than before',
  ),
  C11: claim(
    'C11',
    ['filterSweep'],
    'Many filters of wide models are redundant.',
    'accuracy lost without the quarter of a layer’s filters that has the least weight, mean over layers, narrowest minus ' +
      'widest CNN: interval above 0',
  ),
  C12: claim(
    'C12',
    ['dataSize'],
    'Convolutions generalize from fewer examples.',
    'the narrowest CNN on the training size below the largest, minus the baseline on that size and on the largest, ' +
      'test accuracy: both intervals above 0',
  ),
  C13: claim('C13', [], 'Doubling the filters keeps height × width × channels about constant.', 'arithmetic'),
  C14: claim(
    'C14',
    ['filterSweep', 'heads'],
    'Global average pooling reduces overfitting against flatten.',
    'train minus validation accuracy with a flattened head minus that with a pooled one: interval above 0',
  ),
  C15: claim(
    'C15',
    ['filterSweep'],
    '`big` is the most defensible operating point.',
    'the knee of validation accuracy against parameters is `big`, parameters counted as they are and by doublings: ' +
      'the intervals of its lead over every other candidate above 0, both ways',
  ),
};
