/** A claim of the original study, with the test that decides it. */
export interface Claim {
  readonly id: string;
  readonly statement: string;
  /** How it is decided, in words. */
  readonly test: string;
}

const claim = (id: string, statement: string, test: string): Claim => ({ id, statement, test });
const LATER = 'needs an experiment that this version of the study does not run yet';

/** The claims, in the order of the ledger. */
export const CLAIMS = {
  C1: claim(
    'C1',
    'Accuracy rises monotonically with the number of filters.',
    'each of four widths minus the next narrower one, test accuracy: all intervals above 0; refuted by one below 0',
  ),
  C2: claim(
    'C2',
    'Returns diminish: the step small → medium brings more than big → extra_big.',
    '(medium − small) − (extra_big − big), test accuracy: interval above 0',
  ),
  C3: claim(
    'C3',
    'The generalization gap grows with width.',
    'train minus validation accuracy, each of four widths minus the next narrower one: as for C1',
  ),
  C4: claim(
    'C4',
    'Even `small` beats the dense baseline, with 118 times fewer parameters.',
    'small − baseline, both on all images, test accuracy: interval above 0',
  ),
  C5: claim('C5', 'Dropout 0.3 gets relatively weaker with width.', LATER),
  C6: claim(
    'C6',
    'The advantage is architectural, not one of budget or optimizer.',
    'CNN − baseline under one protocol is above 0, and smaller once pixels are permuted: both intervals',
  ),
  C7: claim(
    'C7',
    'The published dense baseline (0.3993) is the best achievable when spatial structure is discarded.',
    'test accuracy of the same baseline on CIFAR-10: refuted if its interval lies above 0.3993; no run can support it',
  ),
  C8: claim(
    'C8',
    'Nearby pixels carry related information, and the CNN uses it.',
    'what a fixed pixel permutation costs the CNN minus what it costs the baseline: interval above 0',
  ),
  C9: claim('C9', 'Weight sharing: a detector is useful at every position.', LATER),
  C10: claim(
    'C10',
    'Convolution is equivariant to translation; max-pooling keeps that only for whole windows.',
    'relative error away from borders: rounding before pooling and for even shifts after it, more for odd ones',
  ),
  C11: claim('C11', 'Many filters of wide models are redundant.', LATER),
  C12: claim('C12', 'Convolutions generalize from fewer examples.', LATER),
  C13: claim('C13', 'Doubling the filters keeps height × width × channels about constant.', 'arithmetic'),
  C14: claim('C14', 'Global average pooling reduces overfitting against flatten.', LATER),
  C15: claim(
    'C15',
    '`big` is the most defensible operating point.',
    'the knee of validation accuracy against parameters is `big`, parameters counted as they are and by doublings: ' +
      'the intervals of its lead over every other candidate above 0, both ways',
  ),
};
