import {
  ASSUMED_SEED_DEVIATION,
  type ConditionResult,
  type Contrast,
  formatContrast,
  formatPoints,
  mean,
  measuredContrast,
  where,
  wilsonInterval,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyWithoutFilters, prunedPoints, redundancyByWidth, redundancyRows } from '../charts/index.js';
import { CLASS_COUNT } from '../data/index.js';
import type { FilterOrder, LayerRank, Pruning, PruningLoss } from '../lab/index.js';
import type { FigureOptions, Prediction, TableView, View } from '../notebook/show.js';
import { allHold, CNN, NOTHING_TO_COMPARE, negated, pointsWithInterval, type Statement } from './compared.js';
import { isAbove } from './sources.js';

/** A trained CNN's filters: how many directions they use, and what it loses without some of them. */
export interface MeasuredWidth {
  /** Its name. */
  readonly model: string;
  /** Of the run. */
  readonly seed: number;
  /** Layer by layer, before and after training. */
  readonly ranks: readonly LayerRank[];
  /** What it loses without some of its filters. */
  readonly pruning: Pruning;
}

/** The CNNs of the filter sweep, narrow to wide. */
export const cnnsByWidth = (results: readonly ConditionResult[]): ConditionResult[] =>
  where(results, CNN).sort((a, b) => a.parameters - b.parameters);

const QUARTER = 0.25;
/** What a quarter of the filters may cost to be redundant, in accuracy. */
const CHEAP = 0.01;

const lossOf = ({ pruning }: MeasuredWidth, order: FilterOrder): PruningLoss =>
  pruning.losses.find((loss) => loss.order === order && loss.fraction === QUARTER)!;

/** Accuracy lost without the quarter of a layer's filters with the smallest L1 norm, mean over layers. */
function lossContrast(width: MeasuredWidth): Contrast {
  const { mean, sd, n } = lossOf(width, 'magnitude');
  return measuredContrast([{ seed: width.seed, mean, sd: sd ?? 0, n }], {
    assumedDeviation: ASSUMED_SEED_DEVIATION,
    answers: 2,
  });
}

/** Of two networks on the same images, taken as independent: too wide if anything. */
function lossDifference(a: MeasuredWidth, b: MeasuredWidth): Contrast {
  const [first, second] = [lossOf(a, 'magnitude'), lossOf(b, 'magnitude')];
  const sd = Math.hypot(first.sd ?? 0, second.sd ?? 0);
  return measuredContrast([{ seed: a.seed, mean: first.mean - second.mean, sd, n: first.n }], {
    assumedDeviation: Math.SQRT2 * ASSUMED_SEED_DEVIATION,
    answers: 4,
  });
}

/** How many directions filters use, and how many of them a network can do without. */
export const pruningViews = (widths: readonly MeasuredWidth[]): View[] =>
  widths.length === 0 ? [NOTHING_TO_COMPARE] : [ranksView(widths), pruningView(widths), pruningTable(widths)];

/** Do wide layers use all their directions? */
function ranksView(widths: readonly MeasuredWidth[]): FigureOptions {
  const rank = (ranks: readonly LayerRank[], of: 'trained' | 'initial') =>
    formatPercent(mean(ranks.map((layer) => layer[of])));
  const shown = widths.map(
    ({ model, ranks }) => `${model} ${rank(ranks, 'trained')} (${rank(ranks, 'initial')} before training)`,
  );
  return {
    chart: redundancyByWidth(widths.flatMap(({ model, ranks }) => redundancyRows(model, ranks))),
    caption:
      `Do wide layers use all their directions? Effective rank as a share of the largest possible, mean over layers: ` +
      `${shown.join('; ')}.`,
    alt: 'Effective rank of each layer against its number of filters, before and after training.',
  };
}

/** How many filters can a layer do without? */
function pruningView(widths: readonly MeasuredWidth[]): FigureOptions {
  const points = widths.flatMap(({ model, pruning: { accuracy, losses } }) =>
    prunedPoints(model, {
      accuracy: accuracy.mean,
      losses: losses.map(({ fraction, order, mean }) => ({
        share: fraction,
        chosen: order === 'magnitude' ? 'least' : 'random',
        mean,
      })),
    }),
  );
  const shown = widths.map((width) => {
    const { fraction } = width.pruning.removable.alone;
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

function pruningTable(widths: readonly MeasuredWidth[]): TableView {
  const removable = (fraction: number) => (fraction === 0 ? '–' : formatPercent(fraction));
  return {
    caption:
      'Magnitude (L1) pruning without retraining. The change is that of accuracy when a quarter of one layer’s filters is removed, ' +
      'mean over layers; the removable fraction is the largest that costs at most a point.',
    rows: widths.map((width) => {
      const { accuracy, images, removable: found } = width.pruning;
      return {
        model: width.model,
        images: formatCount(images),
        accuracy: formatPercent(accuracy.mean),
        'change, points': {
          'smallest L1 norm': pointsWithInterval(negated(lossContrast(width))),
          random: formatPoints(-lossOf(width, 'random').mean),
        },
        'removable fraction': {
          'of one layer': removable(found.alone.fraction),
          'of every layer at once': removable(found.together.fraction),
        },
      };
    }),
  };
}

/** A network that answers no better than a guess has nothing to lose, and its filters show nothing. */
function aboveChance({ pruning: { accuracy, images } }: MeasuredWidth): boolean {
  return wilsonInterval(Math.round(accuracy.mean * images), images).low > 1 / CLASS_COUNT;
}

/** One point minus what the widest loses, and what the narrowest loses more than the widest. */
function redundancyOf(widths: readonly MeasuredWidth[]) {
  const [narrow, wide] = [widths[0], widths.at(-1)];
  if (!narrow || !wide || narrow === wide) return undefined;
  const lost = lossContrast(wide);
  const margin: Contrast = {
    ...lost,
    estimate: CHEAP - lost.estimate,
    low: CHEAP - lost.high,
    high: CHEAP - lost.low,
  };
  return {
    narrow,
    wide,
    margin,
    more: lossDifference(narrow, wide),
    able: aboveChance(narrow) && aboveChance(wide),
  };
}

export function pruningPrediction(widths: readonly MeasuredWidth[]): Prediction {
  const found = redundancyOf(widths);
  return {
    text: 'P2. Without a quarter of a layer’s filters, those with the smallest L1 norm, the widest CNN loses less than a point, and less than the narrowest.',
    held: found?.able ? allHold([isAbove(found.margin), isAbove(found.more)]) : null,
    because: found
      ? `one point − loss of ${found.wide.model}: ${formatContrast(found.margin)}; loss of ${found.narrow.model} − loss of ` +
        `${found.wide.model}: ${formatContrast(found.more)}`
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
      `(${formatContrast(more)}).`,
    contrasts: [margin, more],
  };
}
