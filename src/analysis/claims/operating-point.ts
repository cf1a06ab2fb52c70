import { type Contrast, contrast, formatContrast } from '../contrast.js';
import { paretoFront, selectionGuide } from '../guide.js';
import type { LabelResult } from '../results.js';
import { conjunction, type Finding, signOf, unit, type Verdict } from './finding.js';
import { haveCommonSeed, validation } from './label-contrasts.js';

const CANDIDATE = 'big';

/** How a parameter is counted: each alike, or each doubling. */
const SCALES = [
  { name: 'parameters as they are', cost: (parameters: number) => parameters },
  { name: 'their logarithm', cost: Math.log },
] as const;

/** How far the candidate stands above the line farther than a rival does, in accuracy. */
interface Lead {
  readonly rival: string;
  readonly lead: Contrast;
}

/**
 * Claim C15: whether `big` is the knee of validation accuracy against parameters. A model's height above the straight
 * line from the cheapest to the most accurate model is a weighted sum of accuracies, and so is its lead over another's;
 * `big` is the knee if it leads each other model, and the line. Both ways of counting parameters must agree, since the
 * choice between them is taste. Which models are the ends of the line is taken as found.
 *
 * @param widths of the filter sweep, all with records; `big` among them
 */
export function operatingPoint(widths: readonly LabelResult[], baseline: LabelResult | undefined): Finding {
  const usable = baseline && haveCommonSeed([...widths, baseline]);
  const results = usable ? [...widths, baseline] : widths;
  const guide = selectionGuide(results.map(guideRow)).find(({ need }) => need === 'balance')!;
  const scales = SCALES.map(({ name, cost }) => ({ name, leads: leadsOf(results, cost) }));
  const verdicts = scales.map(({ leads }) => conjunction(leads.map(({ lead }) => signOf(lead))));
  const all = scales.flatMap(({ leads }) => leads.map(({ lead }) => lead));
  if (all.length === 0) {
    const reading = `\`${CANDIDATE}\` is the most accurate, and no model between it and the cheapest is worth its parameters.`;
    return { verdict: 'undecided', reading, results };
  }
  const told = scales.map(({ name, leads }) => {
    const least = leads.reduce((a, b) => (b.lead.estimate < a.lead.estimate ? b : a));
    return `against ${name} it leads ${least.rival} by ${formatContrast(least.lead)}`;
  });
  const { otherwise } = guide;
  const other = otherwise ? `, or ${otherwise.row.name} with their logarithm` : '';
  return {
    verdict: agreed(verdicts),
    reading:
      `The knee of validation accuracy against parameters is ${guide.row.name}${other}. Height of \`${CANDIDATE}\` ` +
      `above the line from the cheapest to the most accurate: ${told.join('; ')} ${unit(...all)}.`,
    contrasts: Object.fromEntries(
      scales.flatMap(({ name, leads }) =>
        leads.map(({ rival, lead }) => [`lead over ${rival}, against ${name}`, lead]),
      ),
    ),
    results,
  };
}

/** What two ways to ask must both say. */
const agreed = ([a, b]: readonly Verdict[]): Verdict => (a === b ? a! : 'undecided');

const guideRow = (result: LabelResult) => ({
  name: result.label,
  parameters: result.parameters,
  accuracy: result.validationAccuracy.mean,
  seconds: result.seconds.mean,
  gap: result.gap.mean,
});

/** The candidate's lead over each other model inside the front, and over the line between the front's ends. */
function leadsOf(results: readonly LabelResult[], cost: (parameters: number) => number): Lead[] {
  const front = paretoFront(results.map(guideRow), 'parameters').map(
    ({ name }) => results.find(({ label }) => label === name)!,
  );
  const [first, last] = [front[0]!, front.at(-1)!];
  const candidate = results.find(({ label }) => label === CANDIDATE)!;
  const span = cost(last.parameters) - cost(first.parameters);
  const along = ({ parameters }: LabelResult) =>
    span === 0 ? 0 : (cost(parameters) - cost(first.parameters)) / span;
  const lead = (rival: LabelResult) => {
    const share = along(candidate) - along(rival);
    return contrast([
      validation(candidate, 1),
      validation(rival, -1),
      validation(last, -share),
      validation(first, share),
    ]);
  };
  const inside = front.slice(1, -1).filter(({ label }) => label !== CANDIDATE);
  const rivals = inside.map((rival) => ({ rival: rival.label, lead: lead(rival) }));
  // An end of the line stands on it.
  return candidate === last ? rivals : [...rivals, { rival: 'the line', lead: lead(first) }];
}
