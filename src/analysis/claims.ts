import { mapVolumes } from '../models/index.js';
import type { ExperimentName } from '../study/index.js';
import { type Contrast, contrast } from './contrast.js';
import { selectionGuide } from './guide.js';
import { type LabelResult, type NamedRun, summarizeRuns } from './results.js';

export type Verdict = 'supported' | 'refuted' | 'undecided' | 'no records';

/** A claim of the original study, with the test that decides it. */
export interface Claim {
  readonly id: string;
  readonly statement: string;
  /** How it is decided, in words. */
  readonly test: string;
}

export interface Judgement extends Claim {
  readonly verdict: Verdict;
  /** The numbers, as a sentence; Markdown. */
  readonly reading: string;
  /** Keys of the records it rests on. */
  readonly records: readonly string[];
}

/** What claims are judged by: finished runs by experiment, and what was measured on trained models. */
export interface Evidence {
  readonly runs: Readonly<Partial<Record<ExperimentName, readonly NamedRun[]>>>;
  /** Largest relative equivariance error of convolutions before pooling, and the least after it for odd shifts. */
  readonly equivariance?:
    | { readonly beforePooling: number; readonly afterPoolingOdd: number; readonly afterPoolingEven: number }
    | undefined;
  readonly representative: string;
}

type Finding = Pick<Judgement, 'verdict' | 'reading'> & { readonly results?: readonly LabelResult[] };

/** Rounding of float32 stays below this, as a relative error of a few layers. */
const ROUNDING = 1e-4;

/** Published test accuracy of the dense baseline, which C7 calls the best achievable without spatial structure. */
const PUBLISHED_BASELINE = 0.3993;

/** Judges every claim by the evidence; one whose records are missing says so. */
export function judgeClaims(evidence: Evidence): Judgement[] {
  const find = (experiment: ExperimentName) => {
    const results = summarizeRuns(evidence.runs[experiment] ?? []);
    return (label: string) => results.find((result) => result.label === label);
  };
  const sweep = find('filterSweep');
  const cnns = ['small', 'medium', 'big', 'extra_big'].map(sweep).filter((result) => result !== undefined);
  const all = find('allImages');
  const permuted = find('permutation');
  const cnn = evidence.representative;
  const four = [sweep(cnn), sweep('baseline'), permuted(`permuted ${cnn}`), permuted('permuted baseline')];

  const findings: [Claim, Finding][] = [
    [CLAIMS.C1, monotone(cnns, 'test accuracy', (a, b) => difference(b, a))],
    [CLAIMS.C2, given(['small', 'medium', 'big', 'extra_big'].map(sweep), diminishing)],
    [CLAIMS.C3, monotone(cnns, 'gap', (a, b) => gapDifference(b, a))],
    [CLAIMS.C4, given([all('small'), all('baseline')], ([small, base]) => beats(small!, base!))],
    [CLAIMS.C5, NOT_RUN],
    [CLAIMS.C6, given(four, ([a, b, pa, pb]) => advantageLost(a!, b!, pa!, pb!))],
    [
      CLAIMS.C7,
      given([find('baseline')('baseline')], ([base]) =>
        aboveBest(base!, find('sisterBaseline')('baseline, sister setting')),
      ),
    ],
    [CLAIMS.C8, given(four, ([a, b, pa, pb]) => localityUsed(a!, b!, pa!, pb!))],
    [CLAIMS.C9, NOT_RUN],
    [CLAIMS.C10, equivariant(evidence)],
    [CLAIMS.C11, NOT_RUN],
    [CLAIMS.C12, NOT_RUN],
    [CLAIMS.C13, volumes()],
    [CLAIMS.C14, NOT_RUN],
    [
      CLAIMS.C15,
      cnns.length < 4
        ? missing('some widths of the filter sweep')
        : operatingPoint([...cnns, ...[sweep('baseline')].filter((r) => r !== undefined)]),
    ],
  ];
  return findings.map(([claim, { verdict, reading, results = [] }]) => ({
    ...claim,
    verdict,
    reading,
    records: [...new Set(results.flatMap(({ records }) => records.map(({ key }) => key)))],
  }));
}

const claim = (id: string, statement: string, test: string): Claim => ({ id, statement, test });
const LATER = 'needs an experiment that this version of the study does not run yet';

const CLAIMS = {
  C1: claim(
    'C1',
    'Accuracy rises monotonically with the number of filters.',
    'each width minus the next narrower one, test accuracy: all intervals above 0',
  ),
  C2: claim(
    'C2',
    'Returns diminish: the step small → medium brings more than big → extra_big.',
    '(medium − small) − (extra_big − big), test accuracy: interval above 0',
  ),
  C3: claim(
    'C3',
    'The generalization gap grows with width.',
    'train minus validation accuracy, each width minus the next narrower one: all intervals above 0',
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
    'test accuracy of the same baseline here: refuted if its interval lies above 0.3993',
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
    'the knee of validation accuracy against parameters is `big`',
  ),
};

const NOT_RUN: Finding = { verdict: 'no records', reading: 'Not tested yet.' };
const missing = (what: string): Finding => ({
  verdict: 'no records',
  reading: `Not decided: ${what} have no records in this profile.`,
});

function given(
  results: readonly (LabelResult | undefined)[],
  judge: (results: readonly LabelResult[]) => Finding,
): Finding {
  const found = results.filter((result) => result !== undefined);
  return found.length < results.length ? missing('runs it compares') : { ...judge(found), results: found };
}

const test = (result: LabelResult, weight: number) => ({
  weight,
  records: result.records,
  of: 'test' as const,
});
const difference = (a: LabelResult, b: LabelResult): Contrast => contrast([test(a, 1), test(b, -1)]);

const gap = ({ records }: LabelResult, weight: number) => [
  { weight, records, of: 'train' as const },
  { weight: -weight, records, of: 'validation' as const },
];
const gapDifference = (a: LabelResult, b: LabelResult): Contrast => contrast([...gap(a, 1), ...gap(b, -1)]);

/** Supported, refuted or undecided, by where the interval lies. */
const signOf = ({ low, high }: Contrast): Verdict =>
  low > 0 ? 'supported' : high < 0 ? 'refuted' : 'undecided';

/** All must hold; one that fails refutes. */
function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('refuted')) return 'refuted';
  return verdicts.every((verdict) => verdict === 'supported') ? 'supported' : 'undecided';
}

/** "+3.1 points [+1.2, +5.0]" */
export function formatContrast({ estimate, low, high }: Contrast): string {
  const points = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`;
  return `${points(estimate)} points [${points(low)}, ${points(high)}]`;
}

const unit = ({ seeds, interval }: Contrast): string =>
  interval === 'seeds' ? `(${seeds} seeds, interval over seeds)` : '(one seed, interval over images only)';

function monotone(
  cnns: readonly LabelResult[],
  what: string,
  compare: (a: LabelResult, b: LabelResult) => Contrast,
): Finding {
  if (cnns.length < 2) return missing('the widths it compares');
  const steps = cnns
    .slice(1)
    .map((wider, i) => ({ from: cnns[i]!.label, to: wider.label, step: compare(cnns[i]!, wider) }));
  const told = steps.map(({ from, to, step }) => `${from} → ${to} ${formatContrast(step)}`).join('; ');
  return {
    verdict: all(steps.map(({ step }) => signOf(step))),
    reading: `Change of ${what}: ${told} ${unit(steps[0]!.step)}.`,
    results: cnns,
  };
}

function diminishing([small, medium, big, extra]: readonly LabelResult[]): Finding {
  const first = difference(medium!, small!);
  const last = difference(extra!, big!);
  const both = contrast([test(medium!, 1), test(small!, -1), test(extra!, -1), test(big!, 1)]);
  const ratio = (a: LabelResult, b: LabelResult) => (a.parameters / b.parameters).toFixed(2);
  return {
    verdict: signOf(both),
    reading:
      `small → medium ${formatContrast(first)} for ${ratio(medium!, small!)} times the parameters, big → extra_big ` +
      `${formatContrast(last)} for ${ratio(extra!, big!)} times; the first step is ${formatContrast(both)} larger ${unit(both)}.`,
  };
}

function beats(small: LabelResult, base: LabelResult): Finding {
  const step = difference(small, base);
  const fewer = base.parameters / small.parameters;
  return {
    verdict: signOf(step),
    reading: `small − baseline: ${formatContrast(step)} with ${fewer.toFixed(0)} times fewer parameters ${unit(step)}; published: about +20 points.`,
  };
}

function advantageLost(
  cnn: LabelResult,
  base: LabelResult,
  permutedCnn: LabelResult,
  permutedBase: LabelResult,
): Finding {
  const before = difference(cnn, base);
  const after = difference(permutedCnn, permutedBase);
  const lost = lossOf(cnn, base, permutedCnn, permutedBase);
  return {
    verdict: all([signOf(before), signOf(lost)]),
    reading:
      `${cnn.label} − baseline: ${formatContrast(before)} with the images as they are, ${formatContrast(after)} with their pixels ` +
      `permuted; same optimizer, epochs and images throughout ${unit(before)}.`,
  };
}

function localityUsed(
  cnn: LabelResult,
  base: LabelResult,
  permutedCnn: LabelResult,
  permutedBase: LabelResult,
): Finding {
  const lost = lossOf(cnn, base, permutedCnn, permutedBase);
  return {
    verdict: signOf(lost),
    reading:
      `The permutation costs ${cnn.label} ${formatContrast(difference(cnn, permutedCnn))} and the baseline ` +
      `${formatContrast(difference(base, permutedBase))}: ${formatContrast(lost)} more ${unit(lost)}.`,
  };
}

const lossOf = (
  cnn: LabelResult,
  base: LabelResult,
  permutedCnn: LabelResult,
  permutedBase: LabelResult,
): Contrast => contrast([test(cnn, 1), test(permutedCnn, -1), test(base, -1), test(permutedBase, 1)]);

function aboveBest(base: LabelResult, sister: LabelResult | undefined): Finding {
  const accuracy = contrast([test(base, 1)]);
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const verdict = accuracy.low > PUBLISHED_BASELINE ? 'refuted' : 'undecided';
  const also = sister
    ? ` With dropout 0.3 and at most ${sister.records[0]!.spec.maxEpochs} epochs it reaches ${percent(sister.testAccuracy.mean)}.`
    : '';
  return {
    verdict,
    reading: `The same network reaches ${percent(accuracy.estimate)} [${percent(accuracy.low)}, ${percent(accuracy.high)}] ${unit(accuracy)}.${also}`,
    results: sister ? [base, sister] : [base],
  };
}

function equivariant({ equivariance }: Evidence): Finding {
  if (!equivariance) return missing('equivariance measurements');
  const { beforePooling, afterPoolingEven, afterPoolingOdd } = equivariance;
  const holds = beforePooling < ROUNDING && afterPoolingEven < ROUNDING && afterPoolingOdd > ROUNDING;
  return {
    verdict: holds ? 'supported' : 'refuted',
    reading:
      `Relative error away from borders: at most ${beforePooling.toExponential(1)} before pooling; after it at most ` +
      `${afterPoolingEven.toExponential(1)} for shifts by whole windows and at least ${afterPoolingOdd.toFixed(2)} for odd ones.`,
  };
}

function volumes(): Finding {
  const values = mapVolumes().map(({ value }) => value);
  const constant = Math.max(...values) / Math.min(...values) < 1.5;
  const told = values.map((value) => value.toLocaleString('en-US')).join(' → ');
  return {
    verdict: constant ? 'supported' : 'refuted',
    reading: `Values per image, stage by stage in \`big\`: ${told}.`,
  };
}

function operatingPoint(results: readonly LabelResult[]): Finding {
  const rows = results.map((result) => ({
    name: result.label,
    parameters: result.parameters,
    accuracy: result.validationAccuracy.mean,
    seconds: result.seconds.mean,
    gap: result.gap.mean,
  }));
  const pick = selectionGuide(rows).find(({ need }) => need === 'balance');
  const other = pick?.otherwise
    ? `; with parameters on a logarithmic scale it is ${pick.otherwise.row.name}`
    : '';
  const names = [pick?.row.name, pick?.otherwise?.row.name ?? pick?.row.name];
  const verdict = names.every((name) => name === 'big')
    ? 'supported'
    : names.includes('big')
      ? 'undecided'
      : 'refuted';
  return {
    verdict,
    reading: `The knee of accuracy against parameters is ${pick?.row.name}${other}.`,
    results,
  };
}
