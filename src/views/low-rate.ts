import { bestByValidation, type ConditionResult, formatPoints } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import type { TableView, View } from '../notebook/show.js';
import { type Condition, PROTOCOLS } from '../study/index.js';
import { orDash } from './sources.js';

/** Training images of the second part of the search; null: all. */
const SEARCH_IMAGES = [5_000, null] as const;

/** Networks without weight sharing by learning rate, on few images and on all. */
export function lowRateViews(results: readonly ConditionResult[]): View[] {
  const searched = results.filter(({ condition }) => isRateSearch(condition));
  const rates = [...new Set(searched.map(({ condition }) => condition.learningRate))].sort((a, b) => a - b);
  if (rates.length < 2) return [];
  const kinds = SEARCH_IMAGES.flatMap((images) => {
    const on = searched.filter(({ condition }) => condition.images === images);
    return [
      { images, name: 'baseline', of: on.filter(({ condition }) => condition.head === 'dense') },
      { images, name: 'LCN', of: on.filter(({ condition }) => !condition.sharing) },
    ];
  });
  const table: TableView = {
    rows: rates.map((rate) => ({
      'peak rate': `${rate}`,
      ...Object.fromEntries(
        SEARCH_IMAGES.map((images) => [
          inWords(images),
          Object.fromEntries(
            kinds
              .filter((kind) => kind.images === images)
              .map(({ name, of }) => [name, orDash(accuracyAt(of, rate), formatPercent)]),
          ),
        ]),
      ),
    })),
    caption: 'Validation accuracy of networks without weight sharing by peak rate, one seed.',
  };
  return [table, lowRateReading(kinds)];
}

const inWords = (images: number | null): string =>
  images === null ? 'on all images' : `on ${formatCount(images)} images`;

const accuracyAt = (of: readonly ConditionResult[], rate: number): number | undefined =>
  of.find(({ condition }) => condition.learningRate === rate)?.validationAccuracy.mean;

interface Kind {
  readonly images: number | null;
  readonly name: string;
  readonly of: readonly ConditionResult[];
}

/** Which rate is the best, and what the two that a network is compared at lose against it. */
function lowRateReading(kinds: readonly Kind[]): string {
  const { fast, fastLowRate, fastMiddleRate } = PROTOCOLS;
  const shown = kinds.flatMap(({ images, name, of }) => {
    const best = bestByValidation(of);
    const own = name === 'LCN' ? fastMiddleRate : fastLowRate;
    const used = [fast, own].flatMap(({ learningRate }) => accuracyAt(of, learningRate) ?? []);
    if (!best || used.length === 0) return [];
    const behind = Math.max(...used) - best.validationAccuracy.mean;
    const lowest = Math.min(...of.map(({ condition }) => condition.learningRate));
    const edge = best.condition.learningRate === lowest ? ', the lowest tried' : '';
    const ends = `${best.condition.learningRate}${edge} (the better of the two ${formatPoints(behind)})`;
    return [`${name} ${inWords(images)} ${ends}`];
  });
  return (
    `A CNN is compared with the baseline at ${fast.learningRate} and at the *low rate*, ${fastLowRate.learningRate}; with the LCN at ` +
    `${fast.learningRate} and at the *middle rate*, ${fastMiddleRate.learningRate}. Best rates by validation, and by how many points the ` +
    `better of the two is behind: ${shown.join('; ')}.`
  );
}

function isRateSearch({
  images,
  schedule,
  block,
  shift,
  batchSize,
  warmup,
  labelSmoothing,
  model,
  sharing,
  dropout,
}: Condition) {
  const isDense = model === 'baseline' && dropout === 0;
  const isLcn = model === 'small' && !sharing;
  return (
    SEARCH_IMAGES.some((searched) => searched === images) &&
    schedule === 'oneCycle' &&
    block === 1 &&
    shift === 0 &&
    batchSize === PROTOCOLS.fast.batchSize &&
    warmup === PROTOCOLS.fast.schedule.warmup &&
    labelSmoothing === PROTOCOLS.fast.labelSmoothing &&
    (isDense || isLcn)
  );
}
