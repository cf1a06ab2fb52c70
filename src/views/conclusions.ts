import {
  bestByValidation,
  type ConditionResult,
  comparisonsWith,
  formatContrast,
  formatPoints,
  guideRow,
  type Summary,
  selectionGuide,
  unvaried,
  where,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { directionOf, type Evidence, type Judgement, VERDICTS, type Verdict } from '../claims/index.js';
import type { ModelName } from '../models/index.js';
import type { Prediction, TableView } from '../notebook/show.js';
import { type ProtocolName, PUBLISHED } from '../study/index.js';
import { costsReading } from './costs.js';
import { accuracyCell, orDash, sweepResults } from './sources.js';

/** What a verdict rests on, where that weakens it. */
const caveats = ({ verdict, diverged, stillImproving, flips }: Judgement): string[] => [
  ...(flips && verdict !== 'undecided' ? ['single seeds disagree'] : []),
  ...(diverged.length > 0 ? [`${formatCount(diverged.length)} diverged runs left out`] : []),
  ...(stillImproving > 0 ? ['some runs were still improving'] : []),
];

/**
 * The ledger: each claim with its verdicts and numbers.
 *
 * @param recorded the judgements of the recorded study; empty where the repository has none
 */
export function ledgerTable(
  judgements: readonly Judgement[],
  recorded: readonly Judgement[] = [],
): TableView {
  return {
    caption:
      recorded.length > 0
        ? 'Each claim, judged. Numbers are those of this run, or of the recorded study where this run has none.'
        : 'Each claim, judged.',
    defines: ['statement', 'verdict'],
    rows: judgements.map((judgement) => {
      const known = recorded.find(({ id }) => id === judgement.id);
      const own = judgement.verdict !== 'no records';
      return {
        claim: judgement.id,
        statement: judgement.statement,
        verdict: [`**${judgement.verdict}**`, ...caveats(judgement)].join(', '),
        ...(recorded.length > 0 && { recorded: known ? `**${known.verdict}**` : '–' }),
        reading: own || !known ? judgement.reading : `Recorded: ${known.reading}`,
      };
    }),
  };
}

/** "3 supported, 1 refuted, ... of 15". */
export function verdictCounts(judgements: readonly Judgement[]): string {
  const count = (verdict: Verdict) => judgements.filter((judgement) => judgement.verdict === verdict).length;
  const counted = VERDICTS.filter((verdict) => count(verdict) > 0).map(
    (verdict) => `${count(verdict)} ${verdict}`,
  );
  const oneSeed = judgements.filter(({ seeds }) => seeds === 1).length;
  const seeds =
    oneSeed === 0
      ? ''
      : ` ${oneSeed} of them rest on one seed, which indicates and never settles: \`npm run study -- --profile full\` trains three and more.`;
  const corrected = judgements.filter(
    ({ p, adjustedP, verdict }) => verdict === 'undecided' && p !== null && p <= 0.05 && adjustedP! > 0.05,
  );
  const lost =
    corrected.length === 0
      ? ''
      : ` Alone, ${corrected.map(({ id }) => id).join(', ')} would be settled; corrected for ${judgements.length} claims, not.`;
  return `${counted.join(', ')}, of ${judgements.length} claims.${seeds}${lost}`;
}

/** The chapter's reading. */
export const conclusionsReading = (judgements: readonly Judgement[]): string =>
  `**Reading.** ${verdictCounts(judgements)}`;

/** How each claim is tested, and what would settle it. */
export function rulesTable(judgements: readonly Judgement[]): TableView {
  return {
    caption:
      'The rule of each claim, with its version; p-values are two-sided; that of a claim which any one of several comparisons decides is multiplied by their number, and the corrected one is for the whole ledger (Holm).',
    rows: judgements.map(
      ({ id, rule, needs, records, seeds, seedsNeeded, p, adjustedP, protocol, other }) => ({
        claim: id,
        rule: rule.text,
        changed: `version ${rule.version}, ${rule.changed}`,
        experiments: needs.experiments.join(', ') || '–',
        protocol,
        [`${other.protocol} agrees`]: agreement(other),
        runs: records.length,
        seeds: seeds ?? '–',
        'seeds that would settle it': seedsNeeded ?? '–',
        p: formatP(p),
        'corrected p': formatP(adjustedP),
      }),
    ),
  };
}

function agreement({ agrees, verdict }: Judgement['other']): string {
  if (agrees !== null) return agrees ? 'yes' : `no: ${verdict}`;
  return directionOf(verdict) === null ? '–' : `open: ${verdict}`;
}

const formatP = (p: number | null): string => (p === null ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3));

/** Which model to take, by rules a reader can disagree with. */
export function guideTable(results: readonly ConditionResult[]): TableView {
  const sweep = sweepResults(results);
  const guide = sweep.length === 0 ? [] : selectionGuide(sweep.map(guideRow));
  return {
    caption:
      'The original recommends `extra_big` for most accuracy, `big` for balance, `medium` for small budgets, `small` for prototypes.',
    rows: guide.map(({ need, rule, row, otherwise }) => ({
      need,
      model: `\`${row.name}\`${otherwise ? ` (or \`${otherwise.row.name}\`)` : ''}`,
      'validation accuracy': formatPercent(row.accuracy),
      parameters: formatCount(row.parameters),
      'time, s': row.seconds.toFixed(1),
      'gap, points': formatPoints(row.gap),
      rule,
    })),
  };
}

/**
 * Every figure of the filter sweep: what the networks learn, next to the published figures where the images are CIFAR-10's, and
 * what they cost.
 */
export function figuresTables(results: readonly ConditionResult[], cifar10: boolean): TableView[] {
  const rows = [...sweepResults(results), ...sweepResults(results, 'replication')];
  const seeds = rows.some(({ records }) => records.length > 1)
    ? 'means over seeds, with the 95 % interval where there are several'
    : 'one seed';
  const protocols = rows.some(({ condition }) => condition.protocol === 'replication');
  const about = (result: ConditionResult) => ({
    model: result.condition.model,
    ...(protocols && { protocol: result.condition.protocol }),
  });
  return [
    {
      caption: `What the networks of the filter sweep learn: ${seeds}.${cifar10 ? ` Differences are from the published figures, in points (of losses, in nats). ${whyDifferent(rows, results)}` : ''}`,
      rows: rows.map((result) => ({
        ...about(result),
        seeds: result.records.length,
        train: accuracyCell(result.trainAccuracy),
        'peak validation': withPublished(
          result.peakValidationAccuracy,
          cifar10 && published(result).peakValidationAccuracy,
          ACCURACY,
        ),
        test: withPublished(result.testAccuracy, cifar10 && published(result).testAccuracy, ACCURACY),
        'gap, points': withPublished(result.gap, cifar10 && published(result).gap, GAP),
        'validation loss': withPublished(
          result.validationLoss,
          cifar10 && published(result).validationLoss,
          LOSS,
        ),
        'test loss': withPublished(result.testLoss, cifar10 && published(result).testLoss, LOSS),
      })),
    },
    {
      caption: `What they cost. ${costsReading(rows)}${cifar10 ? ' Published times are of an unnamed GPU.' : ''}`,
      rows: rows.map((result) => ({
        ...about(result),
        parameters: formatCount(result.parameters),
        'MFLOPs per image': (result.flops / 1e6).toFixed(2),
        epochs: result.epochs.toFixed(0),
        's per epoch': (result.seconds.mean / result.epochs).toFixed(1),
        'time, s': result.seconds.mean.toFixed(1),
        ...(cifar10 && { 'published time, s': published(result).trainSeconds?.toFixed(1) ?? '–' }),
        'images/s': formatCount(Math.round(result.imagesPerSecond)),
        'peak memory, MiB': formatCount(Math.round(result.peakMemoryBytes / 2 ** 20)),
      })),
    },
  ];
}

const published = ({ condition }: ConditionResult) => PUBLISHED[condition.model as ModelName];

/** How a kind of figure is written: on its own, half of its interval, and how far it is from another. */
interface Notation {
  readonly value: (figure: number) => string;
  readonly margin: (half: number) => string;
  readonly difference: (difference: number) => string;
}

const nats = (loss: number): string => loss.toFixed(3);

const ACCURACY: Notation = {
  value: (share) => formatPercent(share),
  margin: (half) => (100 * half).toFixed(1),
  difference: (share) => formatPoints(share),
};
const GAP: Notation = { ...ACCURACY, value: (share) => formatPoints(share) };
const LOSS: Notation = {
  value: nats,
  margin: nats,
  difference: (loss) => `${loss < 0 ? '−' : '+'}${nats(Math.abs(loss))}`,
};

/** A mean with half of its 95 % interval over seeds, where there are several, next to the published figure. */
const withPublished = (
  { mean, high }: Summary,
  known: number | null | false,
  { value, margin, difference }: Notation,
) => ({
  measured: high === null ? value(mean) : `${value(mean)} ± ${margin(high - mean)}`,
  ...(known !== false && {
    published: orDash(known, value),
    difference: orDash(known, (figure) => difference(mean - figure)),
  }),
});

/** Where a figure is this far from the published one, the reason is said. */
const LARGE = 0.03;

/** Why test accuracies are far from the published ones: a reason for each kind of difference there is. */
function whyDifferent(rows: readonly ConditionResult[], all: readonly ConditionResult[]): string {
  const off = (result: ConditionResult) => result.testAccuracy.mean - published(result).testAccuracy;
  const far = rows.filter((result) => Math.abs(off(result)) > LARGE);
  const isShort = (result: ConditionResult) => result.condition.protocol === 'fast' && off(result) < 0;
  const isHeldBack = (result: ConditionResult) => result.condition.model === 'baseline' && off(result) > 0;
  const unexplained = far.filter((result) => !isShort(result) && !isHeldBack(result));
  const reasons = [
    tooShort(far.filter(isShort)),
    heldBack(far.filter(isHeldBack), all),
    unexplained.length > 0 &&
      `${namesOf(unexplained)} cannot be explained here: one published run, whose batch size, learning rate and patience are unknown.`,
  ].filter((reason) => reason !== false);
  return reasons.length > 0
    ? `Test accuracies more than ${100 * LARGE} points off: ${reasons.join(' ')}`
    : '';
}

const namesOf = (results: readonly ConditionResult[]): string =>
  results
    .map(
      ({ condition }) => `\`${condition.model}\`${condition.protocol === 'fast' ? '' : ' under replication'}`,
    )
    .join(', ');

const are = (results: readonly ConditionResult[]): string => (results.length === 1 ? 'is' : 'are');

function tooShort(far: readonly ConditionResult[]): string | false {
  if (far.length === 0) return false;
  const epochs = [...new Set(far.map((result) => result.epochs.toFixed(0)))].join(' or ');
  return (
    `${namesOf(far)} ${are(far)} lower, after ${epochs} epochs at one rate for all models, where the original trained until ` +
    'validation stopped it.'
  );
}

/** The published baseline is that of short training with dropout, as far as runs with these say so. */
function heldBack(far: readonly ConditionResult[], all: readonly ConditionResult[]): string | false {
  if (far.length === 0) return false;
  const [repeated] = where(all, { ...unvaried('baseline'), dropout: 0.3, protocol: 'sevenEpochs' });
  const chapter = repeated
    ? `with dropout 0.3 and at most seven epochs, as in public repetitions, the same network reaches ${formatPercent(repeated.testAccuracy.mean)} (chapter 4).`
    : 'the original printed one run, and not how it was trained.';
  return `${namesOf(far)} ${are(far)} higher: ${chapter}`;
}

/** Images on which a convolution is the wrong bet. */
export function counterExamples({ results, profile, spread }: Evidence, positions: string): TableView {
  const cnn = profile.referenceCnn;
  const { difference } = comparisonsWith(spread);
  const cases = [
    { images: 'as they are', query: { block: 1 } },
    { images: 'all pixels permuted', query: { block: 32 } },
    { images: 'only positions decide the class', query: { block: 1, dataset: positions } },
  ].flatMap(({ images, query }) => {
    const on = (name: ModelName, protocol: ProtocolName) =>
      where(results, { ...unvaried(name), protocol, ...query })
        .filter(({ condition }) => 'dataset' in query || condition.dataset !== positions)
        .toSorted((a, b) => b.images - a.images)[0];
    const atBest = (name: ModelName) =>
      bestByValidation([on(name, 'fast'), on(name, 'fastLowRate')].filter((result) => result !== undefined));
    const [conv, dense] = [atBest(cnn), atBest('baseline')];
    return conv && dense && conv.images === dense.images ? [{ images, conv, dense }] : [];
  });
  return {
    caption:
      'Test accuracy where neighborhood is taken away, or all but position; each network at the better of its learning rates by validation, where it has two.',
    rows: cases.map(({ images, conv, dense }) => ({
      images,
      [cnn]: accuracyCell(conv.testAccuracy),
      baseline: accuracyCell(dense.testAccuracy),
      [`${cnn} − baseline`]: formatContrast(difference(conv, dense)),
    })),
  };
}

/** The predictions of the last chapter. */
export function conclusionsSettled(judgements: readonly Judgement[]): Prediction[] {
  const verdictOf = (id: string) => judgements.find((judgement) => judgement.id === id)?.verdict;
  const against = (id: string) => verdictOf(id) === 'refuted' || verdictOf(id) === 'indicated against';
  const holds = (id: string) => verdictOf(id) === 'supported' || verdictOf(id) === 'indicated';
  const known = (...ids: string[]) =>
    ids.every((id) => !['no records', 'not applicable'].includes(verdictOf(id) ?? ''));
  const verdicts = (...ids: string[]) => ids.map((id) => `${id} ${verdictOf(id) ?? 'not judged'}`).join(', ');
  const locality = ['C6', 'C8', 'C9', 'C10'];
  return [
    {
      text: 'P1. The arithmetic claim C13 is refuted.',
      held: against('C13'),
      because: verdicts('C13'),
    },
    {
      text: 'P2. The published baseline is not the best a dense network can do (C7).',
      held: known('C7') ? against('C7') : null,
      because: verdicts('C7'),
    },
    {
      text: 'P3. Locality, weight sharing and translation (C6, C8, C9, C10) hold.',
      held: locality.some(against) ? false : locality.every(holds) ? true : null,
      because: verdicts(...locality),
    },
  ];
}
