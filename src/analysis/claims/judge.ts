import type { Dataset } from '../../data/index.js';
import type { EquivarianceExtremes } from '../../lab/index.js';
import type { ExperimentName } from '../../study/index.js';
import type { RunRecord } from '../../training/index.js';
import { byBlock } from '../blocks.js';
import type { Contrast } from '../contrast.js';
import { type ExamplesCurve, examplesCurves } from '../examples.js';
import { type LabelResult, type NamedRun, summarizeRuns } from '../results.js';
import { aboveBest, beats } from './baseline-claims.js';
import { CLAIMS, type Claim } from './claim-list.js';
import { type DropoutRates, dropoutWeakens } from './dropout-claim.js';
import { fewerExamples } from './examples-claim.js';
import { type MeasuredFilters, redundantFilters } from './filters-claim.js';
import { type Finding, missing, type Verdict } from './finding.js';
import { poolingRegularizes } from './head-claim.js';
import { difference, gapDifference, haveCommonSeed } from './label-contrasts.js';
import { advantageLost, type BlockResult, localityUsed } from './locality-claims.js';
import { operatingPoint } from './operating-point.js';
import { openQuestion } from './seeds-needed.js';
import { type MovedNetwork, type SharingPair, sharingPays } from './sharing-claim.js';
import { equivariant, volumes } from './translation-claims.js';
import { diminishing, monotone } from './width-claims.js';

export interface Judgement extends Claim {
  readonly verdict: Verdict;
  /** The numbers, as a sentence; Markdown. */
  readonly reading: string;
  /** The numbers the verdict was read from, by what is compared; empty where no trainings are. */
  readonly contrasts: Readonly<Record<string, Contrast>>;
  /**
   * Seeds that the compared trainings have in common; null where none are compared. With 1 the verdict is about one
   * training a model: its interval does not cover what another seed would bring.
   */
  readonly seeds: number | null;
  /** Seeds that would settle an undecided verdict; null where it is settled, or where seeds would not settle it. */
  readonly seedsNeeded: number | null;
  /** Keys of the records it rests on, each once. */
  readonly records: readonly string[];
  /** How many of them were still improving when their epochs ended: with more epochs the verdict may be another. */
  readonly stillImproving: number;
}

/** What claims are judged by: finished runs by experiment, and what was measured on trained models. */
export interface Evidence {
  /** What the runs were trained on: published figures are held against CIFAR-10 only. */
  readonly dataset: Dataset['name'];
  readonly runs: Readonly<Partial<Record<ExperimentName, readonly NamedRun[]>>>;
  /** Equivariance of a trained CNN's layers, with the key of its record. */
  readonly equivariance?: (EquivarianceExtremes & { readonly record: string }) | undefined;
  /** What was measured on the filters of the sweep's CNNs. */
  readonly filters?: readonly MeasuredFilters[] | undefined;
  /** What `small` and its locally connected twin lose when images move. */
  readonly moved?: readonly MovedNetwork[] | undefined;
  /** The CNN that was trained on permuted images too. */
  readonly representative: string;
}

/** Widths of the filter sweep, narrow to wide. */
const WIDTHS = ['small', 'medium', 'big', 'extra_big'];
const LOCAL = 'small, locally connected';

type Find = (label: string) => LabelResult | undefined;

/** Judges every claim by the evidence; one whose records are missing says so. */
export function judgeClaims(evidence: Evidence): Judgement[] {
  const find = (experiment: ExperimentName): Find => {
    const results = summarizeRuns(evidence.runs[experiment] ?? []);
    return (label) => results.find((result) => result.label === label);
  };
  const sweep = find('filterSweep');
  const all = find('filterSweep');
  const permuted = find('permutation');
  const cnn = evidence.representative;
  const widths = WIDTHS.map(sweep);
  const four = [sweep(cnn), sweep('baseline'), permuted(`permuted ${cnn}`), permuted('permuted baseline')];
  const pair = ([a, b, pa, pb]: readonly LabelResult[]) => ({
    cnn: a!,
    base: b!,
    permutedCnn: pa!,
    permutedBase: pb!,
  });
  const cifar10 = evidence.dataset === 'cifar10';
  const settings = find('baselineSettings');
  const flat = {
    dropout: settings('baseline, dropout 0.3'),
    short: settings('baseline, sister budget'),
    sister: find('baselineSettings')('baseline, sister setting') ?? settings('baseline, sister setting'),
    control: find('denseControl')('dense control'),
    beside: find('denseControl')('baseline'),
  };
  const curves = examplesCurves(evidence.runs.dataSize ?? []);

  const findings: [Claim, Finding][] = [
    [CLAIMS.C1, monotone(widths, 'test accuracy', difference)],
    [CLAIMS.C2, given(widths, ([a, b, c, d]) => diminishing(a!, b!, c!, d!))],
    [CLAIMS.C3, monotone(widths, 'gap', gapDifference)],
    [CLAIMS.C4, given([all('small'), all('baseline')], ([a, b]) => beats(a!, b!, cifar10))],
    [CLAIMS.C5, dropout(find('dropout'))],
    [CLAIMS.C6, given(four, (found) => advantageLost(pair(found)))],
    [CLAIMS.C7, given([find('baselineSettings')('baseline')], ([base]) => aboveBest(base!, flat, cifar10))],
    [
      CLAIMS.C8,
      given(four, (found) => localityUsed(pair(found), blocksOf(evidence.runs.blockPermutation ?? [], cnn))),
    ],
    [CLAIMS.C9, sharingPays(sharingBySize(curves), evidence.moved)],
    [CLAIMS.C10, equivariant(evidence.equivariance)],
    [CLAIMS.C11, redundantFilters(evidence.filters ?? [], WIDTHS)],
    [CLAIMS.C12, examples(curves)],
    [CLAIMS.C13, volumes()],
    [
      CLAIMS.C14,
      given([sweep(cnn), find('heads')(`${cnn}, flatten head`)], ([a, b]) => poolingRegularizes(a!, b!)),
    ],
    [CLAIMS.C15, given(widths, (found) => operatingPoint(found, sweep('baseline')))],
  ];
  const improving = new Set(
    allRuns(evidence)
      .filter(isImproving)
      .map(({ key }) => key),
  );
  return findings.map(([claim, finding]) => judgement(claim, finding, improving));
}

const allRuns = ({ runs }: Evidence): RunRecord[] =>
  Object.values(runs).flatMap((found) => found.map(({ record }) => record));

/** Whether the best epoch is the last there was to be. */
const isImproving = ({ spec, results, history }: RunRecord): boolean =>
  history.length === spec.maxEpochs && results?.keptEpoch === history.length;

function judgement(claim: Claim, finding: Finding, improving: ReadonlySet<string>): Judgement {
  const { verdict, reading, contrasts = {}, results = [], records } = finding;
  const seeds = Object.values(contrasts).map((contrast) => contrast.seeds);
  const open = openQuestion(finding);
  const keys = [...new Set(records ?? results.flatMap((result) => result.records.map(({ key }) => key)))];
  return {
    ...claim,
    verdict,
    reading: open.told ? `${reading} ${open.told}` : reading,
    contrasts,
    seeds: seeds.length > 0 ? Math.min(...seeds) : null,
    seedsNeeded: open.seeds,
    records: keys,
    stillImproving: keys.filter((key) => improving.has(key)).length,
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

/** C5, of the narrowest and the widest CNN that were trained with every rate. */
function dropout(find: Find): Finding {
  const rates = WIDTHS.flatMap((model): DropoutRates[] => {
    const [none, some, more] = [0, 0.3, 0.5].map((rate) => find(`${model}, dropout ${rate}`));
    return none && some && more ? [{ model, none, some, more }] : [];
  });
  const [narrow, wide] = [rates[0], rates.at(-1)];
  if (!narrow || !wide || narrow === wide) return missing('two widths with dropout 0, 0.3 and 0.5');
  const results = [narrow, wide].flatMap(({ none, some, more }) => [none, some, more]);
  return given(results, () => dropoutWeakens(narrow, wide));
}

/** Blocks of any side that both networks were trained on. */
function blocksOf(runs: readonly NamedRun[], model: string): BlockResult[] {
  const all = byBlock(runs);
  const of = (name: string) => all.filter((permuted) => permuted.model === name);
  return of(model).flatMap(({ block, result: cnn }) =>
    of('baseline')
      .filter((other) => other.block === block)
      .map(({ result: base }) => ({ block, cnn, base })),
  );
}

const curveOf = (curves: readonly ExamplesCurve[], name: string) =>
  curves.find(({ model }) => model === name);

function sharingBySize(curves: readonly ExamplesCurve[]): SharingPair[] {
  const at = (model: string, examples: number) =>
    curveOf(curves, model)?.points.find((point) => point.examples === examples)?.result;
  return (curveOf(curves, LOCAL)?.points ?? []).flatMap(({ examples, result: unshared }) => {
    const shared = at('small', examples);
    return shared ? [{ examples, shared, unshared, base: at('baseline', examples) }] : [];
  });
}

/** C12, of the narrowest CNN that was trained on several sizes. */
function examples(curves: readonly ExamplesCurve[]): Finding {
  const narrowest = WIDTHS.map((name) => curveOf(curves, name)).find((curve) => curve);
  const base = curveOf(curves, 'baseline');
  const others = curves.filter((curve) => curve !== narrowest && curve !== base);
  return fewerExamples(narrowest, base, others);
}
