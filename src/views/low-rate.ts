import type { ConditionResult } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import type { TableView, View } from '../notebook/show.js';
import { type Condition, PROTOCOLS } from '../study/index.js';
import { bestByValidation, orDash } from './sources.js';

/** Training images of the second part of the search. */
const SEARCH_IMAGES = 5_000;

/** Networks without weight sharing on few images, by learning rate. */
export function lowRateViews(results: readonly ConditionResult[]): View[] {
  const few = results.filter(({ condition }) => isRateSearch(condition));
  const rates = [...new Set(few.map(({ condition }) => condition.learningRate))].sort((a, b) => a - b);
  if (rates.length < 2) return [];
  const kinds = [
    ['baseline', few.filter(({ condition }) => condition.head === 'dense')],
    ['small, locally connected', few.filter(({ condition }) => !condition.sharing)],
  ] as const;
  const at = (of: readonly ConditionResult[], rate: number) =>
    of.find(({ condition }) => condition.learningRate === rate)?.validationAccuracy.mean;
  const table: TableView = {
    rows: rates.map((rate) => ({
      'peak rate': `${rate}`,
      validation: Object.fromEntries(kinds.map(([name, of]) => [name, orDash(at(of, rate), formatPercent)])),
    })),
    caption: `Networks without weight sharing on ${formatCount(SEARCH_IMAGES)} training images, one seed.`,
  };
  const best = kinds.flatMap(([name, of]) => {
    const top = bestByValidation(of);
    return top ? [{ name, rate: top.condition.learningRate }] : [];
  });
  const { learningRate } = PROTOCOLS.fastLowRate;
  const isLow = best.every(({ rate }) => rate === learningRate);
  return [
    table,
    `Best rates by validation: ${best.map(({ name, rate }) => `${name} ${rate}`).join('; ')}. ` +
      (isLow
        ? `So \`fastLowRate\` uses ${learningRate}, and every comparison with a CNN shows it too.`
        : `\`fastLowRate\` uses ${learningRate}, which is not the best for each of them here.`),
  ];
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
    images === SEARCH_IMAGES &&
    schedule === 'oneCycle' &&
    block === 1 &&
    shift === 0 &&
    batchSize === PROTOCOLS.fast.batchSize &&
    warmup === PROTOCOLS.fast.schedule.warmup &&
    labelSmoothing === PROTOCOLS.fast.labelSmoothing &&
    (isDense || isLcn)
  );
}
