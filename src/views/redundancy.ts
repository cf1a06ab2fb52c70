import {
  type ConditionResult,
  type Contrast,
  formatContrast,
  formatPoints,
  mean,
  where,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyWithoutFilters, prunedPoints, redundancyByWidth, redundancyRows } from '../charts/index.js';
import {
  aboveChance,
  basisInWords,
  filtersOf,
  pruningDifference,
  pruningLoss,
  pruningMargin,
} from '../claims/index.js';
import { type FilterRun, type LayerRank, PRUNING_DEFAULTS, type Pruning } from '../lab/index.js';
import type { FigureOptions, Prediction, TableView, View } from '../notebook/show.js';
import { allHold, CNN, NOTHING_TO_COMPARE, negated, pointsWithInterval, type Statement } from './compared.js';
import { isAbove } from './sources.js';

/** A CNN's filters: how many directions they use, and what it loses without some of them. */
export interface MeasuredWidth {
  /** Its name. */
  readonly model: string;
  /** One for each seed, the first one at least. */
  readonly runs: readonly FilterRun[];
}

const bySeed = ({ runs }: MeasuredWidth) => runs.map((run) => ({ seed: run.seed, value: filtersOf(run) }));

/** Mean over the runs of something of each. */
const over = ({ runs }: MeasuredWidth, pick: (run: FilterRun) => number): number => mean(runs.map(pick));

/** The CNNs of the filter sweep, narrow to wide. */
export const cnnsByWidth = (results: readonly ConditionResult[]): ConditionResult[] =>
  where(results, CNN).sort((a, b) => a.parameters - b.parameters);

/** How many directions filters use, and how many of them a network can do without. */
export const pruningViews = (widths: readonly MeasuredWidth[]): View[] =>
  widths.length === 0 ? [NOTHING_TO_COMPARE] : [ranksView(widths), pruningView(widths), pruningTable(widths)];

/** Do wide layers use all their directions? */
function ranksView(widths: readonly MeasuredWidth[]): FigureOptions {
  const ranked = widths.map((width) => ({ model: width.model, ranks: ranksOver(width) }));
  const rank = (ranks: readonly LayerRank[], of: 'trained' | 'initial') =>
    formatPercent(mean(ranks.map((layer) => layer[of])));
  const shown = ranked.map(
    ({ model, ranks }) => `${model} ${rank(ranks, 'trained')} (${rank(ranks, 'initial')} before training)`,
  );
  return {
    chart: redundancyByWidth(ranked.flatMap(({ model, ranks }) => redundancyRows(model, ranks))),
    caption:
      `Do wide layers use all their directions? Effective rank as a share of the largest possible, mean over layers: ` +
      `${shown.join('; ')}.`,
    alt: 'Effective rank of each layer against its number of filters, before and after training.',
  };
}

/** Layer by layer, means over the runs. */
const ranksOver = (width: MeasuredWidth): LayerRank[] =>
  width.runs[0]!.ranks.map(({ layer, filters }, i) => ({
    layer,
    filters,
    initial: over(width, ({ ranks }) => ranks[i]!.initial),
    trained: over(width, ({ ranks }) => ranks[i]!.trained),
  }));

/** How many filters can a layer do without? */
function pruningView(widths: readonly MeasuredWidth[]): FigureOptions {
  const points = widths.flatMap((width) =>
    prunedPoints(width.model, {
      accuracy: over(width, ({ pruning }) => pruning.accuracy.mean),
      losses: width.runs[0]!.pruning.losses.map(({ fraction, order }, i) => ({
        share: fraction,
        chosen: order === 'magnitude' ? 'least' : 'random',
        mean: over(width, ({ pruning }) => pruning.losses[i]!.mean),
      })),
    }),
  );
  const shown = widths.map((width) => {
    const fraction = removable(width, 'alone');
    return `${width.model} ${fraction === 0 ? 'none of the fractions tried' : formatPercent(fraction, 1)}`;
  });
  return {
    chart: accuracyWithoutFilters(points),
    caption:
      `How many filters can a layer do without? Removed by smallest L1 norm for at most a point of accuracy, mean over layers: ` +
      `${shown.join('; ')}.`,
    alt: 'Validation accuracy against the share of a layer’s filters removed, one line per width and way of choosing.',
  };
}

const removable = (width: MeasuredWidth, how: keyof Pruning['removable']): number =>
  over(width, ({ pruning }) => pruning.removable[how].fraction);

function pruningTable(widths: readonly MeasuredWidth[]): TableView {
  const share = (fraction: number) => (fraction === 0 ? '–' : formatPercent(fraction));
  const several = widths.some(({ runs }) => runs.length > 1);
  return {
    caption:
      `${several ? 'Means over seeds. ' : ''}Magnitude (L1) pruning without retraining. The change is that of accuracy when a quarter ` +
      'of one layer’s filters is removed, mean over layers; random ones are judged on the first ' +
      `${formatCount(PRUNING_DEFAULTS.randomImages)} images. The removable fraction is the largest that costs at most a point.`,
    rows: widths.map((width) => {
      const measured = bySeed(width);
      return {
        model: width.model,
        ...(several && { seeds: width.runs.length }),
        images: formatCount(width.runs[0]!.pruning.images),
        accuracy: formatPercent(over(width, ({ pruning }) => pruning.accuracy.mean)),
        'change, points': {
          'smallest L1 norm': pointsWithInterval(negated(pruningLoss(measured))),
          random: formatPoints(-mean(measured.map(({ value }) => value.randomLoss))),
        },
        'removable fraction': {
          'of one layer': share(removable(width, 'alone')),
          'of every layer at once': share(removable(width, 'together')),
        },
      };
    }),
  };
}

interface Redundancy {
  readonly narrow: MeasuredWidth;
  readonly wide: MeasuredWidth;
  /** One point minus what the widest loses. */
  readonly margin: Contrast;
  /** What the narrowest loses more than the widest. */
  readonly more: Contrast;
  /** A network that answers no better than a guess has nothing to lose. */
  readonly able: boolean;
}

function redundancyOf(widths: readonly MeasuredWidth[]): Redundancy | undefined {
  const [narrow, wide] = [widths[0], widths.at(-1)];
  if (!narrow || !wide || narrow === wide) return undefined;
  const [narrowRuns, wideRuns] = [bySeed(narrow), bySeed(wide)];
  const more = pruningDifference(narrowRuns, wideRuns);
  if (!more) return undefined;
  const able = aboveChance(narrowRuns) && aboveChance(wideRuns);
  return { narrow, wide, margin: pruningMargin(wideRuns), more, able };
}

/** Where one of the two has more seeds, so that its own loss is another mean. */
const ofShared = ({ narrow, wide, more }: Redundancy): string =>
  narrow.runs.length === more.bySeed.length && wide.runs.length === more.bySeed.length
    ? ''
    : `, of the ${more.bySeed.length} seeds that both have`;

export function pruningPrediction(widths: readonly MeasuredWidth[]): Prediction {
  const found = redundancyOf(widths);
  return {
    text: 'P2. Without a quarter of a layer’s filters, those with the smallest L1 norm, the widest CNN loses less than a point, and less than the narrowest.',
    held: found?.able ? allHold([isAbove(found.margin), isAbove(found.more)]) : null,
    because: found
      ? `one point − loss of ${found.wide.model}: ${formatContrast(found.margin)}; loss of ${found.narrow.model} − loss of ` +
        `${found.wide.model}${ofShared(found)}: ${formatContrast(found.more)}`
      : NOTHING_TO_COMPARE,
  };
}

export function pruningReading(widths: readonly MeasuredWidth[]): Statement | undefined {
  const found = redundancyOf(widths);
  if (!found) return undefined;
  const { narrow, wide, margin, more, able } = found;
  if (!able) return { text: 'A network at chance has no accuracy to lose with its filters.', contrasts: [] };
  const cheap =
    margin.low > 0
      ? `\`${wide.model}\` can do without a quarter of a layer’s filters for less than a point`
      : margin.high < 0
        ? `a quarter of a layer’s filters costs \`${wide.model}\` more than a point`
        : `whether \`${wide.model}\` can do without a quarter of a layer’s filters for a point is left open`;
  const spare =
    more.low > 0
      ? `\`${narrow.model}\` loses more than it`
      : more.high < 0
        ? `\`${narrow.model}\` loses less than it`
        : `what \`${narrow.model}\` loses cannot be told apart from what it loses`;
  return {
    text:
      `Filters with the smallest L1 norm removed: ${cheap} (one point − loss: ${formatContrast(margin)}), and ${spare} ` +
      `(${formatContrast(more)}). This rests on ${basisInWords(margin, more)}.`,
    // On validation images, of which there are few: no basis of the chapter's other statements.
    contrasts: [],
  };
}
