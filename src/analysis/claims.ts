import type { Dataset } from '../data/index.js';
import type { ExperimentName } from '../study/index.js';
import { CLAIMS, type Claim } from './claim-list.js';
import {
  aboveBest,
  advantageLost,
  beats,
  diminishing,
  equivariant,
  type Finding,
  localityUsed,
  missing,
  monotone,
  NOT_RUN,
  type Verdict,
  volumes,
} from './findings.js';
import { difference, gapDifference, haveCommonSeed } from './label-contrasts.js';
import { operatingPoint } from './operating-point.js';
import { type LabelResult, type NamedRun, summarizeRuns } from './results.js';
import type { EquivarianceExtremes } from './translation.js';

export interface Judgement extends Claim {
  readonly verdict: Verdict;
  /** The numbers, as a sentence; Markdown. */
  readonly reading: string;
  /**
   * Seeds that the compared trainings have in common; null where none are compared. With 1 the verdict is about one
   * training a model: its interval does not cover what another seed would bring.
   */
  readonly seeds: number | null;
  /** Keys of the records it rests on. */
  readonly records: readonly string[];
}

/** What claims are judged by: finished runs by experiment, and what was measured on trained models. */
export interface Evidence {
  /** What the runs were trained on: published figures are held against CIFAR-10 only. */
  readonly dataset: Dataset['name'];
  readonly runs: Readonly<Partial<Record<ExperimentName, readonly NamedRun[]>>>;
  /** Equivariance of a trained CNN's first block, with the key of its record. */
  readonly equivariance?: (EquivarianceExtremes & { readonly record: string }) | undefined;
  /** The CNN that was trained on permuted images too. */
  readonly representative: string;
}

/** Widths of the filter sweep, narrow to wide. */
const WIDTHS = ['small', 'medium', 'big', 'extra_big'];

/** Judges every claim by the evidence; one whose records are missing says so. */
export function judgeClaims(evidence: Evidence): Judgement[] {
  const find = (experiment: ExperimentName) => {
    const results = summarizeRuns(evidence.runs[experiment] ?? []);
    return (label: string) => results.find((result) => result.label === label);
  };
  const sweep = find('filterSweep');
  const all = find('allImages');
  const permuted = find('permutation');
  const cnn = evidence.representative;
  const widths = WIDTHS.map(sweep);
  const four = [sweep(cnn), sweep('baseline'), permuted(`permuted ${cnn}`), permuted('permuted baseline')];
  const cifar10 = evidence.dataset === 'cifar10';
  const sister = find('sisterBaseline')('baseline, sister setting');

  const findings: [Claim, Finding][] = [
    [CLAIMS.C1, monotone(widths, 'test accuracy', difference)],
    [CLAIMS.C2, given(widths, ([a, b, c, d]) => diminishing(a!, b!, c!, d!))],
    [CLAIMS.C3, monotone(widths, 'gap', gapDifference)],
    [CLAIMS.C4, given([all('small'), all('baseline')], ([a, b]) => beats(a!, b!, cifar10))],
    [CLAIMS.C5, NOT_RUN],
    [CLAIMS.C6, given(four, ([a, b, pa, pb]) => advantageLost(a!, b!, pa!, pb!))],
    [CLAIMS.C7, given([find('baseline')('baseline')], ([base]) => aboveBest(base!, sister, cifar10))],
    [CLAIMS.C8, given(four, ([a, b, pa, pb]) => localityUsed(a!, b!, pa!, pb!))],
    [CLAIMS.C9, NOT_RUN],
    [CLAIMS.C10, equivariant(evidence.equivariance)],
    [CLAIMS.C11, NOT_RUN],
    [CLAIMS.C12, NOT_RUN],
    [CLAIMS.C13, volumes()],
    [CLAIMS.C14, NOT_RUN],
    [CLAIMS.C15, given(widths, (found) => operatingPoint(found, sweep('baseline')))],
  ];
  return findings.map(([claim, finding]) => judgement(claim, finding));
}

function judgement(
  claim: Claim,
  { verdict, reading, contrasts = [], results = [], records }: Finding,
): Judgement {
  const seeds = contrasts.map((contrast) => contrast.seeds);
  const keys = records ?? results.flatMap((result) => result.records.map(({ key }) => key));
  return {
    ...claim,
    verdict,
    reading,
    seeds: seeds.length > 0 ? Math.min(...seeds) : null,
    records: keys,
  };
}

/** The finding from results that must all be there and have a seed in common. */
function given(
  results: readonly (LabelResult | undefined)[],
  judge: (results: readonly LabelResult[]) => Finding,
): Finding {
  const found = results.filter((result) => result !== undefined);
  if (found.length < results.length) return missing('runs it compares');
  if (!haveCommonSeed(found)) return missing('runs it compares, with a seed in common,');
  return { results: found, ...judge(found) };
}
