import {
  bestByValidation,
  type ConditionResult,
  comparisonsWith,
  formatContrast,
  formatPoints,
  isOfUsualLength,
  one,
  type SeedSpread,
  seedSpread,
  unvaried,
  where,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyBySource, type ChartSpec, type SourcedAccuracy } from '../charts/index.js';
import type { Judgement, Verdict } from '../claims/index.js';
import { MODEL_NAMES, type ModelName } from '../models/index.js';
import { type Condition, PUBLISHED } from '../study/index.js';
import { sweepResults } from './sources.js';

/** Accuracies as shares of 1, means over seeds. */
export interface ModelFigures {
  readonly testAccuracy: number;
  readonly validationAccuracy: number;
  /** Of training and evaluation. */
  readonly seconds: number;
  readonly seeds: number;
}

/** One model by the three sources of a figure, which are never mixed. */
export interface ModelRow {
  readonly model: ModelName;
  readonly here: ModelFigures | null;
  readonly recorded: ModelFigures | null;
  /** Of CIFAR-10 only: null where this run is on other images. */
  readonly published: { readonly testAccuracy: number; readonly validationAccuracy: number } | null;
}

export interface ClaimRow {
  readonly id: string;
  readonly statement: string;
  /** Null where there is no such study. */
  readonly recorded: Verdict | null;
  readonly here: Verdict | null;
  /** Of this run, else of the recorded study. */
  readonly reading: string;
}

/** The results and verdicts of one source. */
export interface StudyResults {
  readonly results: readonly ConditionResult[];
  readonly spread: SeedSpread;
  readonly judgements: readonly Judgement[];
}

export interface OverviewInput {
  /** Undefined where the report shows the recorded study. */
  readonly here: StudyResults | undefined;
  /** The study in the repository; absent where it has no records, or is about other images. */
  readonly recorded?: StudyResults | undefined;
  /** Whether this run is on CIFAR-10: published figures are about nothing else. */
  readonly cifar10: boolean;
}

/** What the first screen of a report says, and its report.json. */
export interface Overview {
  readonly models: readonly ModelRow[];
  readonly claims: readonly ClaimRow[];
  /** Three sentences: by how much, why, and with how much less; Markdown. */
  readonly answer: readonly string[];
  readonly chart: ChartSpec;
}

export function overview({ here, cifar10, recorded: whole }: OverviewInput): Overview {
  // Its runs of other lengths were trained to choose the protocol.
  const recorded = whole && { ...whole, results: whole.results.filter(isOfUsualLength) };
  const models = MODEL_NAMES.map((model) => modelRow(model, { here, recorded, cifar10 }));
  const rows = models.flatMap((row) => accuraciesOf(row, here, recorded));
  // What several seeds say is the better answer.
  const [study, source] =
    recorded && (!here || seedsOf(recorded) > seedsOf(here))
      ? [recorded, 'the recorded study']
      : [here, 'this run'];
  const answering = study ?? { results: [], spread: seedSpread([]) };
  return {
    models,
    claims: claimRows(here?.judgements, recorded?.judgements),
    answer: [byHowMuch, why, withHowMuchLess].map((sentence) => sentence(answering, source)),
    chart: accuracyBySource(rows),
  };
}

/** Seeds that `small`, which every comparison needs, was trained with in the filter sweep. */
const seedsOf = ({ results }: StudyResults): number => sweepResult(results, 'small')?.records.length ?? 0;

const sweepResult = (results: readonly ConditionResult[], model: ModelName): ConditionResult | undefined =>
  sweepResults(results).find(({ condition }) => condition.model === model);

/** A dense network wants a lower rate than the protocol's: what it reaches with it is what a CNN must beat. */
const bestBaseline = (results: readonly ConditionResult[]): ConditionResult | undefined =>
  bestByValidation(
    [
      sweepResult(results, 'baseline'),
      largest(where(results, { ...unvaried('baseline'), protocol: 'fastLowRate' })),
    ].filter((result) => result !== undefined),
  );

const largest = (results: readonly ConditionResult[]): ConditionResult | undefined =>
  results.reduce<ConditionResult | undefined>(
    (most, result) => (most && most.images >= result.images ? most : result),
    undefined,
  );

function modelRow(model: ModelName, { here, recorded, cifar10 }: OverviewInput): ModelRow {
  const { testAccuracy, peakValidationAccuracy } = PUBLISHED[model];
  return {
    model,
    here: figuresOf(here && sweepResult(here.results, model)),
    recorded: figuresOf(recorded && sweepResult(recorded.results, model)),
    published: cifar10 ? { testAccuracy, validationAccuracy: peakValidationAccuracy } : null,
  };
}

const figuresOf = (result: ConditionResult | undefined): ModelFigures | null =>
  result
    ? {
        testAccuracy: result.testAccuracy.mean,
        validationAccuracy: result.validationAccuracy.mean,
        seconds: result.seconds.mean,
        seeds: result.records.length,
      }
    : null;

function accuraciesOf(
  { model, published }: ModelRow,
  here: StudyResults | undefined,
  recorded: StudyResults | undefined,
): SourcedAccuracy[] {
  const measured = (['recorded', 'here'] as const).flatMap((source) => {
    const results = (source === 'here' ? here : recorded)?.results;
    const found = results && sweepResult(results, model);
    if (!found) return [];
    const { mean, low, high } = found.testAccuracy;
    return [{ model, source, accuracy: mean, low, high }];
  });
  return published
    ? [{ model, source: 'published', accuracy: published.testAccuracy }, ...measured]
    : measured;
}

/** Of a claim that has no records in this run, the reading is the recorded study's. */
function claimRows(
  here: readonly Judgement[] | undefined,
  recorded: readonly Judgement[] | undefined,
): ClaimRow[] {
  const verdictIn = (judgements: readonly Judgement[] | undefined, id: string) =>
    judgements?.find((judgement) => judgement.id === id);
  return (here ?? recorded ?? []).map(({ id, statement }) => {
    const [own, other] = [verdictIn(here, id), verdictIn(recorded, id)];
    const told = own && own.verdict !== 'no records' ? own : (other ?? own);
    return {
      id,
      statement,
      recorded: other?.verdict ?? null,
      here: own?.verdict ?? null,
      reading: told?.reading ?? '',
    };
  });
}

/** What the answer rests on. */
type Answering = Pick<StudyResults, 'results' | 'spread'>;

/** Ahead or behind, by whichever way the numbers point. */
const ahead = (difference: number) =>
  `${formatPoints(Math.abs(difference)).replace('+', '')} points ${difference > 0 ? 'more' : 'less'}`;

function byHowMuch({ results }: Answering, source: string): string {
  const baseline = bestBaseline(results);
  const cnns = MODEL_NAMES.slice(1).flatMap((name) => sweepResult(results, name) ?? []);
  const small = cnns.find(({ condition }) => condition.model === 'small');
  if (!baseline || !small)
    return `**By how much?** No runs of ${source} compare a CNN with the baseline yet.`;
  const lead = small.testAccuracy.mean - baseline.testAccuracy.mean;
  const best = cnns.reduce((a, b) => (b.validationAccuracy.mean > a.validationAccuracy.mean ? b : a));
  const widest =
    best === small
      ? ''
      : ` The most accurate CNN, \`${best.condition.model}\`, reaches ${formatPercent(best.testAccuracy.mean)}.`;
  return (
    `**By how much?** On ${formatCount(small.images)} training images the smallest CNN classifies ` +
    `${formatPercent(small.testAccuracy.mean)} of the test images correctly: ${ahead(lead)} than the dense baseline at the better ` +
    `of two learning rates (${formatPercent(baseline.testAccuracy.mean)}), with ${formatCount(Math.round(baseline.parameters / small.parameters))} ` +
    `times fewer parameters (${source}).${widest}`
  );
}

function why({ results, spread }: Answering, source: string): string {
  const pair = (query: Partial<Condition>) => permuted(results, query);
  const cnn = MODEL_NAMES.slice(1)
    .map((name) => pair({ ...unvaried(name), protocol: 'fast' }))
    .find((found) => found);
  const dense =
    pair({ ...unvaried('baseline'), protocol: 'fastLowRate' }) ??
    pair({ ...unvaried('baseline'), protocol: 'fast' });
  const unshared = sharingPair(results);
  if (!cnn || !dense) return `**Why?** No runs of ${source} isolate an inductive bias yet.`;
  const { difference } = comparisonsWith(spread);
  const rest = unshared?.baseline
    ? `, and that one, with its local windows, depth and pooling, from the baseline by ` +
      `${formatContrast(difference(unshared.unshared, unshared.baseline))}`
    : '';
  const sharing = unshared
    ? ` On ${formatCount(unshared.shared.images)} images, \`small\` with shared weights differs from the same network without by ` +
      `${formatContrast(difference(unshared.shared, unshared.unshared))}${rest}.`
    : '';
  return (
    `**Why?** A permutation of all pixels, which destroys nothing but their spatial arrangement, changes the accuracy of ` +
    `\`${cnn.plain.condition.model}\`, trained on ${formatCount(cnn.plain.images)} images, by ${formatContrast(difference(cnn.permuted, cnn.plain))} and the baseline's by ` +
    `${formatContrast(difference(dense.permuted, dense.plain))}.${sharing}`
  );
}

function permuted(results: readonly ConditionResult[], query: Partial<Condition>) {
  const scrambled = largest(where(results, { ...query, block: 32 }));
  if (!scrambled) return undefined;
  const { images, epochs, validation } = scrambled.condition;
  const plain = where(results, { ...query, block: 1, images, epochs, validation })[0];
  return plain && { plain, permuted: scrambled };
}

/** `small` with and without weight sharing and the baseline, on the most images, the others at the better of their rates. */
function sharingPair(results: readonly ConditionResult[]) {
  const lcns = where(results, { model: 'small', sharing: false });
  const most = largest(lcns);
  if (!most) return undefined;
  const { images, validation } = most.condition;
  const unshared = bestByValidation(lcns.filter(({ condition }) => condition.images === images))!;
  const baseline = bestByValidation(
    (['fast', 'fastLowRate'] as const).flatMap((protocol) =>
      where(results, { ...unvaried('baseline'), images, validation, protocol }),
    ),
  );
  const shared = where(results, { ...unvaried('small'), images, validation, protocol: 'fast' });
  return shared.length > 0 ? { unshared, baseline, shared: one(shared, {}) } : undefined;
}

function withHowMuchLess({ results }: Answering, source: string): string {
  const baseline = bestBaseline(results);
  const curve = where(results, { ...unvaried('small'), protocol: 'fast' }).sort(
    (a, b) => a.images - b.images,
  );
  if (!baseline || curve.length < 2)
    return `**With how little?** No runs of ${source} vary the number of training images yet.`;
  const fewer = curve.filter(({ images }) => images < baseline.images).at(-1) ?? curve[0]!;
  const lead = fewer.testAccuracy.mean - baseline.testAccuracy.mean;
  return (
    `**With how little?** On ${formatCount(fewer.images)} images \`small\` reaches ${formatPercent(fewer.testAccuracy.mean)}: ` +
    `${ahead(lead)} than the baseline's best on ${formatCount(baseline.images)} (${source}).`
  );
}
