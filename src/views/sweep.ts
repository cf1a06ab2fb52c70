import { bestByValidation, type ConditionResult, formatPoints, unvaried } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyBySource, type SourcedAccuracy } from '../charts/index.js';
import { countParameters, MODEL_NAMES, MODELS, type ModelName } from '../models/index.js';
import type { FigureOptions, TableView } from '../notebook/show.js';
import { type ProtocolName, PUBLISHED, type PublishedResult } from '../study/index.js';
import { costsReading } from './costs.js';
import {
  accuracyCell,
  bySource,
  hereOf,
  listed,
  type OwnSource,
  orDash,
  recordedOf,
  type Sources,
  testBySource,
} from './sources.js';

/** A model of the sweep by the three sources. */
export interface SweepRow {
  readonly name: string;
  readonly model: ModelName;
  readonly here: ConditionResult | undefined;
  readonly recorded: ConditionResult | undefined;
  readonly own: OwnSource;
  /** Null where this run is not on CIFAR-10. */
  readonly published: PublishedResult | null;
}

/** The models, narrow to wide, that have a figure of some source, under one protocol. */
export const sweepRows = (sources: Sources, protocol: ProtocolName): SweepRow[] =>
  MODEL_NAMES.map((model) => rowOf(sources, model, protocol)).filter(
    ({ here, recorded, published }) => here ?? recorded ?? published,
  );

function rowOf(sources: Sources, model: ModelName, protocol: ProtocolName): SweepRow {
  const query = { ...unvaried(model), protocol };
  return {
    name: model,
    model,
    here: hereOf(sources, query),
    recorded: recordedOf(sources, query),
    own: sources.own,
    published: sources.cifar10 ? PUBLISHED[model] : null,
  };
}

/** The same with the baseline at its own rate, of which nothing was published. */
function withLowRate(sources: Sources): SweepRow[] {
  const low = { ...rowOf(sources, 'baseline', 'fastLowRate'), name: 'baseline, low rate', published: null };
  const [baseline, ...cnns] = sweepRows(sources, 'fast');
  return [...(baseline ? [baseline] : []), ...(low.here || low.recorded ? [low] : []), ...cnns];
}

/** Test accuracy by model, one mark per source. */
export function sweepView(sources: Sources): FigureOptions {
  const rows = withLowRate(sources);
  const best = bestByValidation(rows.flatMap(({ here }) => here ?? []));
  const name = rows.find(({ here }) => here === best)?.name;
  const reached = best
    ? ` The most accurate, by validation, is \`${name}\`: ${accuracyCell(best.testAccuracy)}.`
    : '';
  return {
    chart: accuracyBySource(rows.flatMap(accuraciesOf)),
    caption:
      `How accurate is each model?${reached} Sources are never mixed: published by the original study, recorded in this ` +
      `project's repository${sources.own === 'here' ? ', and trained here' : ''}.`,
    alt: 'Test accuracy of each model, with one mark per source.',
  };
}

export function accuraciesOf({ name, here, recorded, own, published }: SweepRow): SourcedAccuracy[] {
  const measured = (['recorded', 'here'] as const).flatMap((source): SourcedAccuracy[] => {
    const result = source === 'here' ? here : recorded;
    if (!result) return [];
    const { mean, low, high } = result.testAccuracy;
    return [{ model: name, source: source === 'here' ? own : source, accuracy: mean, low, high }];
  });
  return published
    ? [{ model: name, source: 'published', accuracy: published.testAccuracy }, ...measured]
    : measured;
}

/** Accuracies of every model by source. */
export const sweepTable = (sources: Sources): TableView => ({
  rows: withLowRate(sources).map(({ name, model, published, ...found }) => ({
    model: name,
    parameters: formatCount(countParameters(MODELS[model])),
    'peak validation': {
      ...bySource(found.own, found, (result) => accuracyCell(result.peakValidationAccuracy)),
      published: orDash(published?.peakValidationAccuracy, formatPercent),
    },
    test: { ...testBySource(found.own, found), published: orDash(published?.testAccuracy, formatPercent) },
  })),
  caption: `Accuracies by model and source. ${epochsReading(sources)}`,
});

/** What a model costs, and how its loss and gap compare with the published ones. */
export const sweepCostTable = (sources: Sources): TableView => ({
  rows: withLowRate(sources).flatMap(({ name, here, own, published }) =>
    here || published
      ? [
          {
            model: name,
            'validation loss': {
              [own]: orDash(here, ({ validationLoss }) => validationLoss.mean.toFixed(3)),
              published: orDash(published?.validationLoss, (loss) => loss.toFixed(3)),
            },
            'gap, points': {
              [own]: orDash(here, ({ gap }) => formatPoints(gap.mean)),
              published: orDash(published?.gap, (gap) => formatPoints(gap)),
            },
            'time, s': {
              [own]: orDash(here, ({ seconds }) => seconds.mean.toFixed(1)),
              'published, a GPU': orDash(published?.trainSeconds, (seconds) => seconds.toFixed(1)),
            },
            'images/s': orDash(here, ({ imagesPerSecond }) => formatCount(Math.round(imagesPerSecond))),
          },
        ]
      : [],
  ),
  caption: `Loss, generalization gap (train minus validation accuracy) and training time by model. ${costsReading(
    withLowRate(sources).flatMap(({ here }) => here ?? []),
  )}`,
});

function epochsReading(sources: Sources): string {
  const [first] = withLowRate(sources).flatMap(({ here }) => here ?? []);
  if (!first) return 'Nothing was trained here.';
  const { condition, images } = first;
  const reduced = withLowRate(sources).filter(({ here }) => here?.condition.precision === 'bf16');
  const precision =
    reduced.length === 0
      ? ''
      : `; convolutions of ${listed(reduced.map(({ name }) => `\`${name}\``))} in bfloat16`;
  const source = sources.own === 'here' ? 'Here' : 'Recorded';
  return `${source}: ${formatCount(images)} training images, ${condition.epochs} epochs${precision}.`;
}
