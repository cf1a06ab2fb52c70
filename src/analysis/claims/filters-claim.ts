import { CLASS_COUNT } from '../../data/index.js';
import type { FilterOrder, LayerRank, PruningLoss } from '../../lab/index.js';
import { type Contrast, formatContrast, formatPoints } from '../contrast.js';
import { mean, summarize, wilsonInterval, Z95 } from '../statistics.js';
import { type Finding, missing, percent, signOf, unit } from './finding.js';

/** What was measured on the filters of one trained CNN. */
export interface MeasuredFilters {
  /** Its width: "small". */
  readonly label: string;
  readonly seed: number;
  /** Key of its record. */
  readonly record: string;
  readonly ranks: readonly LayerRank[];
  /** The images the losses were measured on. */
  readonly images: number;
  /** Of the whole network on them, 0 to 1. */
  readonly accuracy: number;
  readonly losses: readonly PruningLoss[];
}

/** The share of a layer's filters whose removal decides. */
const SHARE = 0.25;

/**
 * C11. Filters are redundant if taking them out costs little: a quarter of a layer's, those of least weight, must cost
 * the widest CNN less than the narrowest. Ranks are told beside it, and what it costs to take out any quarter.
 *
 * @param widths narrow to wide
 */
export function redundantFilters(filters: readonly MeasuredFilters[], widths: readonly string[]): Finding {
  const measured = widths.flatMap((label) => {
    const runs = filters.filter((run) => run.label === label && lossOf(run, 'magnitude'));
    return runs.length > 0 ? [{ label, runs }] : [];
  });
  const [narrow, wide] = [measured[0], measured.at(-1)];
  const seeds = narrow?.runs.filter(({ seed }) => wide!.runs.some((run) => run.seed === seed)) ?? [];
  if (!narrow || !wide || narrow === wide || seeds.length === 0)
    return missing('the filters of two widths, with a seed in common,');
  const more = lossContrast(narrow.runs, wide.runs);
  const able = [...narrow.runs, ...wide.runs].every(learned);
  const told = measured.map(({ label, runs }) => {
    const [least, any] = (['magnitude', 'random'] as const).map((order) =>
      formatPoints(-meanLoss(runs, order)),
    );
    return `${label} ${least} (any: ${any})`;
  });
  const ranks = measured.map(({ label, runs }) => {
    const share = (pick: (layer: LayerRank) => number) =>
      percent(mean(runs.flatMap((run) => run.ranks.map(pick))));
    return `${label} ${share(({ trained }) => trained)} (fresh: ${share(({ initial }) => initial)})`;
  });
  return {
    verdict: able ? signOf(more) : 'undecided',
    reading:
      `Without the ${100 * SHARE} % of a layer's filters that have the least weight, accuracy on ${narrow.runs[0]!.images} ` +
      `validation images changes by points, mean over layers: ${told.join(', ')}; loss of ${narrow.label} − of ${wide.label}: ` +
      `${formatContrast(more)} ${unit(more)}.${able ? '' : ' A network at chance has nothing to lose.'} Effective rank of the layers, of the most possible: ${ranks.join(', ')}.`,
    contrasts: { [`loss of ${narrow.label} − loss of ${wide.label}`]: more },
    records: measured.flatMap(({ runs }) => runs.map(({ record }) => record)),
  };
}

const lossOf = ({ losses }: MeasuredFilters, order: FilterOrder): PruningLoss | undefined =>
  losses.find((loss) => loss.fraction === SHARE && loss.order === order);

const meanLoss = (runs: readonly MeasuredFilters[], order: FilterOrder): number =>
  mean(runs.map((run) => lossOf(run, order)?.mean ?? Number.NaN));

/** Whether a network answers better than a guess: one at chance has nothing to lose, and its filters tell nothing. */
const learned = ({ accuracy, images }: MeasuredFilters): boolean =>
  wilsonInterval(Math.round(accuracy * images), images).low > 1 / CLASS_COUNT;

/**
 * How much more one width loses than another, as `contrast` compares accuracies: over seeds where there are two or more,
 * else over images, taken as independent though they are the same, which makes the interval too wide if anything.
 */
function lossContrast(a: readonly MeasuredFilters[], b: readonly MeasuredFilters[]): Contrast {
  const pairs = a.flatMap((run) => {
    const other = b.find(({ seed }) => seed === run.seed);
    return other ? [[lossOf(run, 'magnitude')!, lossOf(other, 'magnitude')!] as const] : [];
  });
  const { mean: estimate, sd, low, high } = summarize(pairs.map(([one, other]) => one.mean - other.mean));
  if (sd !== null) return { estimate, sd, low: low!, high: high!, seeds: pairs.length, interval: 'seeds' };
  const [one, other] = pairs[0]!;
  const half = Z95 * Math.sqrt(one.sd! ** 2 / a[0]!.images + other.sd! ** 2 / b[0]!.images);
  return { estimate, low: estimate - half, high: estimate + half, seeds: 1, interval: 'images', sd: null };
}
