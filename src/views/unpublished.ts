import {
  bestByValidation,
  type ConditionResult,
  comparisonsWith,
  formatContrast,
  formatPoints,
  overCommonSeeds,
  unvaried,
  where,
} from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import { MODEL_NAMES, type ModelName } from '../models/index.js';
import type { Prediction, View } from '../notebook/show.js';
import { PROTOCOLS, PUBLISHED } from '../study/index.js';
import { SCHEDULE_WORDS } from './protocols.js';
import { accuracyCell, nowhereTrained, orDash, type Sources } from './sources.js';

/** The settings of one network that differ in what the original study did not publish. */
interface Tried {
  readonly model: ModelName;
  readonly settings: readonly ConditionResult[];
}

/**
 * The network that the most settings were tried with, over the seeds that all of them have: the replication protocol has more,
 * and its mean would stand next to single runs. Undefined where none was tried with two.
 */
function triedOf(results: readonly ConditionResult[]): Tried | undefined {
  const { epochs, learningRate } = PROTOCOLS.replication;
  const tried = MODEL_NAMES.map((model) => ({
    model,
    settings: where(results, { ...unvaried(model), epochs, learningRate, labelSmoothing: 0 }).filter(
      ({ condition }) => condition.schedule !== 'oneCycle' && condition.patience !== null,
    ),
  }));
  const { model, settings } = tried.reduce((a, b) => (b.settings.length > a.settings.length ? b : a));
  const comparable = settings.length > 1 ? overCommonSeeds(settings) : undefined;
  return comparable && { model, settings: comparable };
}

/** Every setting that was tried, and which of them comes nearest; from the runs made here, otherwise from the recorded ones. */
export function unpublishedViews(sources: Sources): View[] {
  const here = triedOf(sources.here);
  const tried = here ?? triedOf(sources.recorded);
  if (!tried) return [nowhereTrained(sources, 'this experiment', 'unpublishedSettings')];
  return [
    ...(here ? [] : ['The profile of this run leaves this experiment out; the recorded study has it.']),
    {
      rows: tried.settings.map((setting) => rowOf(setting, tried.model, sources)),
      caption: captionOf(tried, sources),
    },
    readingOf(tried, sources),
  ];
}

function rowOf(result: ConditionResult, model: ModelName, { cifar10 }: Sources) {
  const { batchSize, schedule, patience } = result.condition;
  return {
    'batch size': batchSize,
    rate: SCHEDULE_WORDS[schedule],
    patience: orDash(patience, String),
    'peak validation': accuracyCell(result.peakValidationAccuracy),
    'validation, weights kept': accuracyCell(result.validationAccuracy),
    test: accuracyCell(result.testAccuracy),
    ...(cifar10 && {
      'test − published, points': formatPoints(result.testAccuracy.mean - PUBLISHED[model].testAccuracy),
    }),
    'gap, points': formatPoints(result.gap.mean),
    epochs: result.epochs.toFixed(0),
  };
}

function captionOf({ model, settings }: Tried, { cifar10 }: Sources): string {
  const { peakValidationAccuracy, testAccuracy, gap } = PUBLISHED[model];
  const seeds = Math.max(...settings.map(({ records }) => records.length));
  const published =
    `Published: peak validation accuracy ${formatPercent(peakValidationAccuracy)}, test accuracy ${formatPercent(testAccuracy)}, ` +
    `gap ${orDash(gap, (value) => formatPoints(value))}.`;
  return (
    `\`${model}\`, ${seeds === 1 ? 'one seed' : `${seeds} seeds`} per setting; settings that differ in patience alone are one run, ` +
    `stopped sooner or later.${cifar10 ? ` ${published}` : ''}`
  );
}

/** One setting, or several that differ in patience alone. */
function inWords(...settings: readonly ConditionResult[]): string {
  const { batchSize, schedule } = settings[0]!.condition;
  const patience = settings.map(({ condition }) => condition.patience).join(' or ');
  return `batches of ${batchSize}, the rate ${SCHEDULE_WORDS[schedule]}, patience ${patience}`;
}

function allInWords(settings: readonly ConditionResult[]): string {
  const alike = (a: ConditionResult) => (b: ConditionResult) =>
    a.condition.batchSize === b.condition.batchSize && a.condition.schedule === b.condition.schedule;
  return settings
    .filter((setting) => settings.find(alike(setting)) === setting)
    .map((setting) => inWords(...settings.filter(alike(setting))))
    .join('; ');
}

function readingOf({ model, settings }: Tried, { cifar10 }: Sources): string {
  const { mean } = bestByValidation(settings)!.validationAccuracy;
  const best = settings.filter(({ validationAccuracy }) => validationAccuracy.mean === mean);
  const isOurs = best.some(({ condition }) => condition.protocol === 'replication');
  const choice =
    `Highest by validation accuracy (${formatPercent(mean)}): ${allInWords(best)}. The replication protocol of this study is ` +
    `${isOurs ? '' : 'not '}${best.length === 1 ? 'that setting' : 'among them'}.`;
  if (!cifar10) return choice;
  const off = ({ testAccuracy }: ConditionResult) => testAccuracy.mean - PUBLISHED[model].testAccuracy;
  const least = settings.reduce((a, b) => (Math.abs(off(b)) < Math.abs(off(a)) ? b : a));
  const nearest = settings.filter((setting) => off(setting) === off(least));
  return (
    `${choice} Nearest to the published test accuracy, ${formatPoints(off(least))} points from it: ${allInWords(nearest)}. ` +
    'With one seed per setting, differences of a point or so say nothing.'
  );
}

/** Whether validation chooses a rate that is halved on a plateau. */
export function plateauPrediction(sources: Sources, id: string): Prediction {
  const tried = triedOf(sources.here) ?? triedOf(sources.recorded);
  const best = tried && bestByValidation(tried.settings);
  const isHalved = ({ condition }: ConditionResult) => condition.schedule === 'reduceOnPlateau';
  const rival = tried && bestByValidation(tried.settings.filter((one) => isHalved(one) !== isHalved(best!)));
  const lead = rival && comparisonsWith(sources.spread).difference(best!, rival, 'validation');
  return {
    text: `${id}. Of the unpublished settings, the one with the highest validation accuracy halves the learning rate on a plateau.`,
    held: lead && lead.low > 0 ? isHalved(best!) : null,
    because: lead
      ? `${inWords(best!)}: ${formatContrast(lead)} of validation accuracy against ${inWords(rival!)}`
      : 'no runs with both kinds of rate',
  };
}
