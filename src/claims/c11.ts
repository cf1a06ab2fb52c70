import {
  ASSUMED_SEED_DEVIATION,
  type ConditionResult,
  formatContrast,
  formatPoints,
  type MeasuredBySeed,
  mean,
  measuredContrast,
  wilsonInterval,
} from '../analysis/index.js';
import { CLASS_COUNT } from '../data/index.js';
import { type Claim, everyAbove, type Finding, type Measured, missing } from './claim.js';
import { widthsOf } from './networks.js';
import { basisOf, percent } from './reading.js';
import { rule } from './rule.js';

type Runs = readonly Measured<'filters'>[];

interface Width {
  readonly result: ConditionResult;
  readonly runs: Runs;
}

/** What a quarter of the filters may cost at most to be redundant, in accuracy. */
const CHEAP = 0.01;

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
    const seeds = widths.length > 1 ? sharedSeeds(narrowest!.runs, widest!.runs) : [];
    if (seeds.length === 0) return missing('measurements of the filters of two widths with a seed in common');
    const shared = widths.map(({ result, runs }) => ({
      result,
      runs: runs.filter(({ seed }) => seeds.includes(seed)),
    }));
    return redundant(shared);
  },
};

const sharedSeeds = (a: Runs, b: Runs): number[] =>
  a.map(({ seed }) => seed).filter((seed) => b.some((run) => run.seed === seed));

/** @param widths narrow to wide */
function redundant(widths: readonly Width[]): Finding {
  const [narrow, wide] = [widths[0]!, widths.at(-1)!];
  const { model } = wide.result.condition;
  const margin = measuredContrast(
    wide.runs.map(
      ({ seed, value }): MeasuredBySeed => ({ seed, ...value.loss, mean: CHEAP - value.loss.mean }),
    ),
    { assumedDeviation: ASSUMED_SEED_DEVIATION, answers: 2 },
  );
  const more = measuredContrast(
    narrow.runs.map(({ seed, value: { loss } }): MeasuredBySeed => {
      const other = wide.runs.find((run) => run.seed === seed)!.value.loss;
      // Taken as independent though the images are the same: too wide if anything.
      return { seed, mean: loss.mean - other.mean, sd: Math.hypot(loss.sd, other.sd), n: loss.n };
    }),
    { assumedDeviation: Math.SQRT2 * ASSUMED_SEED_DEVIATION, answers: 4 },
  );
  const contrasts = {
    [`one point − loss of ${model}`]: margin,
    [`loss of ${narrow.result.condition.model} − loss of ${model}`]: more,
  };
  const able = [narrow, wide].every(({ runs }) => runs.every(({ value }) => aboveChance(value)));
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
      `Without the quarter of a layer's filters with the least weight accuracy on ${narrow.runs[0]!.value.loss.n} validation images ` +
      `changes by points, mean over layers: ${shown.join('; ')}. One point minus the loss of ${model}: ${formatContrast(margin)}; loss of ` +
      `${narrow.result.condition.model} − loss of ${model}: ${formatContrast(more)} ${basisOf(margin, more)}.` +
      (able ? '' : ' A network at chance has nothing to lose.'),
    results: widths.map(({ result }) => result),
    records: widths.flatMap(({ runs }) => runs.map(({ record }) => record)),
  };
}

/** Whether a network answers better than a guess: one at chance has nothing to lose, and its filters show nothing. */
const aboveChance = ({ accuracy, loss: { n } }: Runs[number]['value']): boolean =>
  wilsonInterval(Math.round(accuracy * n), n).low > 1 / CLASS_COUNT;
