import {
  type ConditionResult,
  type Contrast,
  formatContrast,
  formatPoints,
  mean,
} from '../analysis/index.js';
import { PRUNING_DEFAULTS } from '../lab/index.js';
import { type Claim, everyAbove, type Finding, type Measured, missing } from './claim.js';
import { aboveChance, pruningDifference, pruningMargin } from './measured.js';
import { widthsOf } from './networks.js';
import { basisOf, percent } from './reading.js';
import { rule } from './rule.js';

type Runs = readonly Measured<'filters'>[];

interface Width {
  readonly result: ConditionResult;
  readonly runs: Runs;
}

export const C11: Claim = {
  id: 'C11',
  statement: 'Many filters of wide models are redundant.',
  rule: rule(
    3,
    'Removing the quarter of a layer’s filters with the least weight, mean over layers, costs the widest CNN less than 1 point of ' +
      'accuracy, and less than the narrowest; refuted if it clearly costs more than either.',
    'That wide networks lose less than narrow ones does not show that their filters are redundant.',
  ),
  needs: { experiments: ['filterSweep'], measurements: ['filters'] },
  judge(context) {
    const widths = widthsOf(context).flatMap((result): Width[] => {
      const runs = context.measured(result, 'filters');
      return runs.length > 0 ? [{ result, runs }] : [];
    });
    const [narrowest, widest] = [widths[0], widths.at(-1)];
    const more = widths.length > 1 ? pruningDifference(narrowest!.runs, widest!.runs) : undefined;
    if (!more) return missing('measurements of the filters of two widths with a seed in common');
    // One sentence is about one set of seeds.
    const seeds = more.bySeed.map(({ seed }) => seed);
    const shared = widths.map(({ result, runs }) => ({
      result,
      runs: runs.filter((run) => seeds.includes(run.seed)),
    }));
    return redundant(shared, more);
  },
};

/** @param widths narrow to wide @param more what the narrowest loses more than the widest */
function redundant(widths: readonly Width[], more: Contrast): Finding {
  const [narrow, wide] = [widths[0]!, widths.at(-1)!];
  const { model } = wide.result.condition;
  const margin = pruningMargin(wide.runs);
  const contrasts = {
    [`one point − loss of ${model}`]: margin,
    [`loss of ${narrow.result.condition.model} − loss of ${model}`]: more,
  };
  const able = [narrow, wide].every(({ runs }) => aboveChance(runs));
  const images = narrow.runs[0]!.value.loss.n;
  const shown = widths.map(({ result, runs }) => {
    const over = (pick: (run: Runs[number]['value']) => number) => mean(runs.map(({ value }) => pick(value)));
    const removable = runs.map(({ value }) => value.removable).filter((fraction) => fraction !== null);
    const fraction =
      removable.length > 0 ? `, removable for less than a point: ${percent(mean(removable))}` : '';
    return (
      `${result.condition.model} ${formatPoints(-over(({ loss }) => loss.mean))} (random ones: ` +
      `${formatPoints(-over(({ randomLoss }) => randomLoss))}${fraction}; effective rank ` +
      `${percent(over(({ ranks }) => ranks.trained))} of the largest possible, ${percent(over(({ ranks }) => ranks.initial))} before training)`
    );
  });
  return {
    ...everyAbove(contrasts),
    ...(!able && { support: 1, against: 1, seedsDecide: false }),
    reading:
      `Without the quarter of a layer's filters with the least weight accuracy on ${images} validation images (random ones: on ` +
      `${Math.min(images, PRUNING_DEFAULTS.randomImages)} of them) changes by points, mean over layers: ${shown.join('; ')}. One point minus the loss of ${model}: ${formatContrast(margin)}; loss of ` +
      `${narrow.result.condition.model} − loss of ${model}: ${formatContrast(more)} ${basisOf(margin, more)}.` +
      (able ? '' : ' A network at chance has nothing to lose.'),
    results: widths.map(({ result }) => result),
    records: widths.flatMap(({ runs }) => runs.map(({ record }) => record)),
  };
}
