import {
  allOf,
  anyOf,
  type ConditionResult,
  type Contrast,
  type CostScale,
  formatContrast,
  guideRow,
  heightAboveLine,
  paretoFront,
  selectionGuide,
  term,
} from '../analysis/index.js';
import { type Claim, type Context, type Finding, missing } from './claim.js';
import { COMPARED, sweep, together, WIDTHS } from './networks.js';
import { basisOf } from './reading.js';
import { rule } from './rule.js';

const CANDIDATE = 'big';

const SCALES: readonly { readonly scale: CostScale; readonly name: string }[] = [
  { scale: 'linear', name: 'parameters' },
  { scale: 'log', name: 'the logarithm of parameters' },
];

export const C15: Claim = {
  id: 'C15',
  statement: '`big` is the most defensible operating point.',
  rule: rule(
    2,
    'The knee of validation accuracy against parameters is `big`, parameters counted as they are and by doublings: its lead over ' +
      'every other candidate is above 0 both ways; refuted if both ways another leads. Which models are the ends of the line is ' +
      'taken as found.',
  ),
  needs: { experiments: ['filterSweep', 'replicationSweep'], measurements: [] },
  judge(context) {
    const widths = WIDTHS.map((name) => sweep(context, name));
    const results = together(...widths, sweep(context, 'baseline')) ?? together(...widths);
    return results ? operatingPoint(context, results) : missing(COMPARED);
  },
};

/** How far the candidate stands above the line farther than a rival does, in validation accuracy. */
interface Lead {
  readonly rival: string;
  readonly lead: Contrast;
}

/**
 * A model's height above the straight line from the cheapest to the most accurate model is a weighted sum of accuracies, and so
 * is its lead over another's. Both ways of counting parameters must agree, since the choice between them is taste.
 */
function operatingPoint(context: Context, results: readonly ConditionResult[]): Finding {
  const guide = selectionGuide(results.map(guideRow)).find(({ need }) => need === 'balance')!;
  const knee = guide.otherwise
    ? `${guide.row.name}, or ${guide.otherwise.row.name} with their logarithm`
    : guide.row.name;
  const scales = SCALES.map(({ scale, name }) => ({ name, leads: leadsOf(context, results, scale) }));
  const leads = scales.flatMap((scale) => scale.leads.map(({ lead }) => lead));
  if (leads.length === 0) {
    const reading = `\`${CANDIDATE}\` is the most accurate, and no model between it and the cheapest is worth its parameters.`;
    return { settled: 'undecided', reading, results };
  }
  const shown = scales.map(({ name, leads: [first, ...others] }) => {
    const least = others.reduce((a, b) => (b.lead.estimate < a.lead.estimate ? b : a), first!);
    return `against ${name} its lead over ${least.rival} is ${formatContrast(least.lead)}`;
  });
  return {
    support: allOf(leads.map(({ p }) => p.above)),
    against: allOf(scales.map((scale) => anyOf(scale.leads.map(({ lead }) => lead.p.below)))),
    seedsDecide: true,
    reading:
      `The knee of validation accuracy against parameters is ${knee}. Height of \`${CANDIDATE}\` above the line from the cheapest to ` +
      `the most accurate: ${shown.join('; ')} ${basisOf(...leads)}.`,
    contrasts: Object.fromEntries(
      scales.flatMap(({ name, leads }) =>
        leads.map(({ rival, lead }) => [`lead over ${rival}, against ${name}`, lead]),
      ),
    ),
    results,
  };
}

/** The candidate's lead over each other model inside the front, and over the line between the front's ends. */
function leadsOf({ compare }: Context, results: readonly ConditionResult[], scale: CostScale): Lead[] {
  const named = (name: string) => results.find(({ condition }) => condition.model === name)!;
  const front = paretoFront(results.map(guideRow), 'parameters').map(({ name }) => named(name));
  const candidate = named(CANDIDATE);
  const height = (result: ConditionResult, sign: 1 | -1) =>
    heightAboveLine(front, result, scale).map(({ row, weight }) => term(row, sign * weight, 'validation'));
  const lead = (rival: ConditionResult) => compare.contrast([...height(candidate, 1), ...height(rival, -1)]);
  const inside = front.slice(1, -1).filter((result) => result !== candidate);
  const rivals = inside.map((rival) => ({ rival: rival.condition.model, lead: lead(rival) }));
  // An end of the line stands on it.
  return candidate === front.at(-1) ? rivals : [...rivals, { rival: 'the line', lead: lead(front[0]!) }];
}
