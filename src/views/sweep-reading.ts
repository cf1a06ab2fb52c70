import {
  bestByValidation,
  type ConditionResult,
  type Contrast,
  comparisonsWith,
  formatContrast,
  formatPoints,
  overCommonSeeds,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import type { Prediction } from '../notebook/show.js';
import { baselinesOf } from './baseline.js';
import { replicationPrediction } from './replication.js';
import { isAbove, listed, type Sources } from './sources.js';
import { sweepRows } from './sweep.js';

/** The CNNs of the sweep that were trained here, narrow to wide. */
export const cnnsOf = (sources: Sources): ConditionResult[] =>
  sweepRows(sources, 'fast').flatMap(({ model, here }) => (model !== 'baseline' && here ? [here] : []));

const nameOf = ({ condition }: ConditionResult): string => condition.model;
const rivalName = ({ condition }: ConditionResult): string =>
  condition.protocol === 'fastLowRate' ? 'the baseline at the low rate' : 'the baseline';

/** `small` minus the baseline, at each rate that the baseline was trained with. */
export function smallLeads(sources: Sources) {
  const small = cnnsOf(sources).find((result) => nameOf(result) === 'small');
  if (!small) return undefined;
  const { difference } = comparisonsWith(sources.spread);
  const leads = baselinesOf(sources).map((rival) => ({
    rival,
    name: rivalName(rival),
    lead: difference(small, rival),
  }));
  return leads.length === 0 ? undefined : { small, leads };
}

/** Does even the smallest CNN beat the baseline, whichever rate the baseline has? */
export function smallReading(sources: Sources): string {
  const found = smallLeads(sources);
  if (!found) return 'No finished runs compare `small` with the baseline.';
  const { small, leads } = found;
  const shown = leads.map(({ name, lead }) => `${name}: ${formatContrast(lead)}`);
  const times = formatCount(Math.round(leads[0]!.rival.parameters / small.parameters));
  return (
    `**Does even the smallest CNN beat the baseline?** ${leadsMeaning(leads)} \`small\` minus ${shown.join('; minus ')} of test ` +
    `accuracy, with ${times} times fewer parameters.`
  );
}

type Lead = NonNullable<ReturnType<typeof smallLeads>>['leads'][number];

function leadsMeaning(leads: readonly Lead[]): string {
  const ahead = leads.filter(({ lead }) => isAbove(lead) === false).map(({ name }) => name);
  if (ahead.length > 0)
    return `No: ${listed(ahead)} ${ahead.length === 1 ? 'is' : 'are'} ahead of \`small\`.`;
  if (!leads.every(({ lead }) => isAbove(lead))) return 'These runs do not settle it.';
  return leads.length > 1
    ? 'Yes, at either learning rate of the baseline.'
    : 'Yes, at the one rate that was tried.';
}

/** A doubling of the filters. */
export interface Step {
  readonly name: string;
  readonly change: Contrast;
  readonly gapChange: Contrast;
  /** Parameters of the wider network over those of the narrower one. */
  readonly ratio: number;
}

export function stepsOf(sources: Sources): Step[] {
  const cnns = cnnsOf(sources);
  const { difference, gapDifference } = comparisonsWith(sources.spread);
  return cnns.slice(1).map((wider, i) => {
    const narrower = cnns[i]!;
    return {
      name: `\`${nameOf(narrower)}\` → \`${nameOf(wider)}\``,
      change: difference(wider, narrower),
      gapChange: gapDifference(wider, narrower),
      ratio: wider.parameters / narrower.parameters,
    };
  });
}

/** Whether all of some differences are above 0, by their intervals; null where neither is clear. */
const allAbove = (contrasts: readonly Contrast[]): boolean | null => {
  const directions = contrasts.map(isAbove);
  if (directions.includes(false)) return false;
  return directions.length === 0 || directions.includes(null) ? null : true;
};

/** What each doubling of the filters changes. */
export function stepsReading(sources: Sources): string {
  const steps = stepsOf(sources);
  if (steps.length === 0) return 'One width alone says nothing about more filters.';
  const rises = allAbove(steps.map(({ change }) => change));
  const meaning =
    rises === null
      ? 'These runs do not settle whether accuracy rises with every doubling.'
      : rises
        ? 'Accuracy rises with every doubling of the filters.'
        : 'Accuracy does not rise with every doubling of the filters.';
  const shown = steps.map(
    ({ name, change, ratio }) =>
      `${name} ${formatContrast(change)} for ${ratio.toFixed(1)} times the parameters`,
  );
  return `**What do more filters buy?** ${meaning} ${shown.join('; ')}.`;
}

/** Whether accuracy gains less at the last doubling than at the first; two steps at least. */
function diminishing(sources: Sources): Contrast | undefined {
  const cnns = cnnsOf(sources);
  if (cnns.length < 3) return undefined;
  const [a, b] = cnns as [ConditionResult, ConditionResult];
  const [c, d] = cnns.slice(-2) as [ConditionResult, ConditionResult];
  const { contrast } = comparisonsWith(sources.spread);
  return contrast([
    { result: b, weight: 1, of: 'test' },
    { result: a, weight: -1, of: 'test' },
    { result: d, weight: -1, of: 'test' },
    { result: c, weight: 1, of: 'test' },
  ]);
}

/** The predictions on the filter sweep, settled by intervals of differences. */
export function sweepPredictions(sources: Sources): Prediction[] {
  const leads = smallLeads(sources)?.leads ?? [];
  const steps = stepsOf(sources);
  const diminished = diminishing(sources);
  const none = 'no finished runs to compare';
  const each = (of: 'change' | 'gapChange') =>
    steps.map((step) => `${step.name} ${formatPoints(step[of].estimate)}`).join('; ') || none;
  return [
    {
      text: 'P1. Even `small` beats the baseline, also at the rate that suits the baseline.',
      held: allAbove(leads.map(({ lead }) => lead)),
      because:
        leads.map(({ name, lead }) => `\`small\` minus ${name} ${formatContrast(lead)}`).join('; ') || none,
    },
    {
      text: 'P2. Accuracy rises with every doubling of the filters.',
      held: allAbove(steps.map(({ change }) => change)),
      because: each('change'),
    },
    {
      text: 'P3. It rises by less at the last doubling than at the first.',
      held: diminished ? isAbove(diminished) : null,
      because: diminished
        ? `first − last step, over the ${formatCount(diminished.bySeed.length)} seeds that all have: ${formatContrast(diminished)}`
        : 'needs three widths',
    },
    {
      text: 'P4. The gap between train and validation accuracy grows with every doubling.',
      held: allAbove(steps.map(({ gapChange }) => gapChange)),
      because: each('gapChange'),
    },
    replicationPrediction(sources, 'P5'),
  ];
}

/** What the chapter comes to. */
export function sweepReading(sources: Sources): string {
  const cnns = cnnsOf(sources);
  const compared = [bestByValidation(cnns), bestByValidation(baselinesOf(sources))].filter(
    (result) => result !== undefined,
  );
  const [best, rival] = overCommonSeeds(compared) ?? [];
  if (!best || !rival) return '**Reading.** No finished runs compare a CNN with the baseline.';
  const lead = comparisonsWith(sources.spread).difference(best, rival);
  const seeds = lead.bySeed.length;
  const over = compared.some(({ records }) => records.length > seeds)
    ? ` (over the ${formatCount(seeds)} seeds that both have)`
    : '';
  const above = isAbove(lead);
  const verdict =
    above === null
      ? 'These runs show no clear difference between them.'
      : above
        ? 'A CNN wins, against the baseline at the better of its two rates.'
        : 'The baseline at the better of its two rates wins.';
  return (
    `**Reading.** The best CNN by validation, \`${nameOf(best)}\`, classifies ${formatPercent(best.testAccuracy.mean)} of the test ` +
    `images correctly, the best baseline ${formatPercent(rival.testAccuracy.mean)}: ${formatContrast(lead)}${over}. ${verdict} Why, the ` +
    `next chapters ask: they take the bets of a convolution apart, one at a time.`
  );
}
