import { type ConditionResult, formatPoints, mean, unvaried } from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import type { Prediction, TableView, View } from '../notebook/show.js';
import { type Condition, matches, PROTOCOLS } from '../study/index.js';
import { lowRateViews } from './low-rate.js';
import { nowhereTrained, orDash, type Sources } from './sources.js';

const NETWORKS = ['baseline', 'small', 'medium'] as const;

/** One setting of the search, with the validation accuracy of each network that was trained with it. */
interface Searched {
  readonly name: string;
  readonly epochs: number;
  readonly isChosen: boolean;
  /** In the order of {@link NETWORKS}. */
  readonly accuracies: readonly (number | undefined)[];
  /** Over the networks; undefined where one of them is missing. */
  readonly mean: number | undefined;
}

/** What is varied, in the order of the table, and what it is called. */
const FACTORS = [
  ['learningRate', (value) => `peak rate ${value}`],
  ['batchSize', (value) => `batch size ${value}`],
  ['warmup', (value) => `warm-up ${value}`],
  ['labelSmoothing', (value) => `label smoothing ${value}`],
  ['epochs', (value) => `${value} epochs`],
] as const satisfies readonly (readonly [keyof Condition, (value: unknown) => string])[];

type Factor = (typeof FACTORS)[number][0];

const CHOSEN: Readonly<Record<Factor, number>> = {
  learningRate: PROTOCOLS.fast.learningRate,
  batchSize: PROTOCOLS.fast.batchSize,
  warmup: PROTOCOLS.fast.schedule.warmup,
  labelSmoothing: PROTOCOLS.fast.labelSmoothing,
  epochs: PROTOCOLS.fast.epochs,
};

const changesOf = (condition: Condition) =>
  FACTORS.filter(([factor]) => condition[factor] !== CHOSEN[factor]);

/** Settings that differ from the fast protocol in one factor at most, the fast protocol first. */
function searchedOf(results: readonly ConditionResult[]): Searched[] {
  const found = new Map<string, { condition: Condition; accuracies: (number | undefined)[] }>();
  for (const [i, network] of NETWORKS.entries()) {
    const query = { ...unvaried(network), images: null };
    for (const { condition, validationAccuracy } of results) {
      if (!matches(condition, query)) continue;
      if (condition.schedule !== 'oneCycle' || changesOf(condition).length > 1) continue;
      const name = nameOf(condition);
      const entry = found.get(name) ?? { condition, accuracies: NETWORKS.map(() => undefined) };
      entry.accuracies[i] = validationAccuracy.mean;
      found.set(name, entry);
    }
  }
  return [...found]
    .sort(([, a], [, b]) => rankOf(a.condition) - rankOf(b.condition))
    .map(([name, { condition, accuracies }]) => {
      const known = accuracies.filter((accuracy) => accuracy !== undefined);
      return {
        name,
        epochs: condition.epochs,
        isChosen: changesOf(condition).length === 0,
        accuracies,
        mean: known.length === NETWORKS.length ? mean(known) : undefined,
      };
    });
}

function nameOf(condition: Condition): string {
  const [change] = changesOf(condition);
  return change ? change[1](condition[change[0]]) : 'the fast protocol';
}

/** The fast protocol first, then factor by factor, each from low to high. */
function rankOf(condition: Condition): number {
  const [change] = changesOf(condition);
  if (!change) return -1;
  const [factor] = change;
  const value = Number(condition[factor]);
  return FACTORS.findIndex(([name]) => name === factor) + value / (1 + value);
}

/** What the fast protocol was chosen among, from the runs made here, otherwise from the recorded ones. */
export function searchViews(sources: Sources): View[] {
  const isHere = isSearch(searchedOf(sources.here));
  const results = isHere ? sources.here : sources.recorded;
  const settings = searchedOf(results);
  if (!isSearch(settings)) return [nowhereTrained(sources, 'the search', 'protocolSearch')];
  return [
    ...(isHere ? [] : ['The profile of this run leaves the search out; the recorded study has it.']),
    searchTable(settings),
    searchReading(settings),
    ...lowRateViews(results),
  ];
}

const isSearch = (settings: readonly Searched[]): boolean => settings.length > 2;

function searchTable(settings: readonly Searched[]): TableView {
  return {
    rows: settings.map(({ name, isChosen, accuracies, mean: average }) => ({
      setting: isChosen ? `**${name}**` : name,
      validation: Object.fromEntries(
        NETWORKS.map((network, i) => [network, orDash(accuracies[i], formatPercent)]),
      ),
      'mean of the three': orDash(average, formatPercent),
    })),
    align: { setting: 'left' },
    caption:
      'Validation accuracy on all training images, one seed. Each row changes one thing of the fast protocol (peak rate ' +
      `${CHOSEN.learningRate}, batch size ${CHOSEN.batchSize}, warm-up ${CHOSEN.warmup}, no label smoothing, ${CHOSEN.epochs} epochs).`,
  };
}

/** The complete settings that take no longer than the fast protocol, and the best of them by the rule. */
function chosenBy(settings: readonly Searched[]) {
  const complete = settings.flatMap(({ mean: average, ...rest }) =>
    average === undefined ? [] : [{ ...rest, mean: average }],
  );
  const inTime = complete.filter(({ epochs }) => epochs <= CHOSEN.epochs);
  const [first, ...others] = inTime;
  const best = first && others.reduce((a, b) => (b.mean > a.mean ? b : a), first);
  return { complete, inTime, best };
}

/** Which setting the rule chooses, and whether it is the fast protocol. */
function searchReading(settings: readonly Searched[]): string {
  const { complete, inTime, best } = chosenBy(settings);
  if (!best) return 'No setting has runs of all three networks: nothing can be chosen yet.';
  const chosen = inTime.find(({ isChosen }) => isChosen);
  const rule = `Among the settings of at most ${CHOSEN.epochs} epochs, the highest mean is that of`;
  const lead = chosen ? `, ${formatPoints(best.mean - chosen.mean)} points from the fast protocol` : '';
  const verdict = best.isChosen
    ? `${rule} the fast protocol (${formatPercent(best.mean)}): the rule chooses it.`
    : `${rule} "${best.name}" (${formatPercent(best.mean)})${lead}: the rule chooses that one, not the fast protocol.`;
  const longer = complete.filter(({ epochs }) => epochs > CHOSEN.epochs);
  const price = longer.map(
    ({ name, epochs, mean: average }) =>
      ` With ${name}: ${formatPoints(average - best.mean)} points against it, for ${(epochs / CHOSEN.epochs).toFixed(2)} times the time.`,
  );
  const missing = settings.length - complete.length;
  const open =
    missing > 0 ? ` ${missing} of ${settings.length} settings lack a network and have no mean.` : '';
  return `${verdict}${price.join('')}${open}`;
}

/** Whether the rule of the search chooses the fast protocol. */
export function searchPrediction(sources: Sources, id: string): Prediction {
  const settings = [sources.here, sources.recorded].map(searchedOf).find(isSearch) ?? [];
  const { best } = chosenBy(settings);
  return {
    text: `${id}. The rule of the search, the highest mean validation accuracy among the settings that take no longer, chooses the fast protocol.`,
    held: best ? best.isChosen : null,
    because: best ? `highest: ${best.name}, ${formatPercent(best.mean)}` : 'no runs of the search',
  };
}
