import {
  allOf,
  anyOf,
  type ConditionResult,
  type Contrast,
  formatContrast,
  gapTerms,
  type Part,
  quotient,
  type Ratio,
  ratioDifference,
  unvaried,
} from '../analysis/index.js';
import { type Claim, type Context, missing, type TestedFinding } from './claim.js';
import { COMPARED, together, WIDTHS } from './networks.js';
import { basisOf, gapAgainst, gapName, percent } from './reading.js';
import { rule } from './rule.js';

/** One network trained with dropout 0, 0.3 and 0.5 in its head. */
interface Rates {
  readonly none: ConditionResult;
  readonly usual: ConditionResult;
  readonly more: ConditionResult;
}

export const C5: Claim = {
  id: 'C5',
  statement: 'Dropout 0.3 gets relatively weaker with width; larger models would gain from more.',
  rule: rule(
    2,
    'The share of the gap that dropout 0.3 takes off, narrowest minus widest CNN trained with all rates, is above 0, and so is ' +
      'test accuracy of the widest with 0.5 minus with 0.3; refuted if one is below. Undecided where a gap without dropout is ' +
      'not above 0, since it has no share to take.',
    'Shares have Fieller’s interval, which stays valid for small gaps.',
  ),
  needs: { experiments: ['dropout'], measurements: [] },
  judge(context) {
    const trained = WIDTHS.flatMap((name) => {
      const rates = [0, 0.3, 0.5].map((dropout) =>
        context.find({ ...unvaried(name), dropout, images: context.profile.dropout.images }),
      );
      return rates.every((rate) => rate !== undefined) ? [rates as ConditionResult[]] : [];
    });
    const [narrowest, widest] = [trained[0], trained.at(-1)];
    if (!narrowest || !widest || narrowest === widest)
      return missing('two widths with dropout 0, 0.3 and 0.5');
    const results = together(...narrowest, ...widest);
    if (!results) return missing(COMPARED);
    const [a, b, c, d, e, f] = results as readonly ConditionResult[];
    return weakens(context, { none: a!, usual: b!, more: c! }, { none: d!, usual: e!, more: f! });
  },
};

function weakens({ compare }: Context, narrow: Rates, wide: Rates): TestedFinding {
  const results = [narrow, wide].flatMap(({ none, usual, more }) => [none, usual, more]);
  const against = gapAgainst(results);
  const gaps = [narrow, wide].map((rates) => compare.gap(rates.none, against));
  const left = [narrow, wide].map((rates) =>
    compare.ratio(gapTerms(rates.usual, 1, against), gapTerms(rates.none, 1, against)),
  );
  const [leftOfNarrow, leftOfWide] = left as [Ratio, Ratio];
  const shares = ratioDifference(leftOfWide, leftOfNarrow);
  const weaker = shares && { ...linearized(compare, narrow, wide, against), ...shares };
  const gain = compare.difference(wide.more, wide.usual);
  const taken = [narrow, wide].map(({ none, usual }, i) => {
    const points = formatContrast(compare.gapDifference(none, usual, against));
    const share = weaker ? `, ${percent(1 - quotient(left[i]!))} of it` : '';
    return `${none.condition.model}: ${points} of ${formatContrast(gaps[i]!)}${share}`;
  });
  const change = weaker
    ? `The share in ${narrow.none.condition.model} minus that in ${wide.none.condition.model}: ${formatContrast(weaker)}.`
    : 'A gap that is not clearly above 0 has no share to take.';
  const contrasts: Record<string, Contrast> = {
    ...(weaker && {
      [`share taken in ${narrow.none.condition.model} − in ${wide.none.condition.model}`]: weaker,
    }),
    [`${wide.none.condition.model}: dropout 0.5 − 0.3`]: gain,
  };
  const tests = [weaker?.p ?? { above: 1, below: 1 }, gain.p];
  return {
    support: allOf(tests.map(({ above }) => above)),
    against: anyOf(tests.map(({ below }) => below)),
    seedsDecide: weaker !== null || gain.estimate < 0,
    reading:
      `What dropout 0.3 takes off the ${gapName(against)}: ${taken.join('; ')} ${basisOf(gain)}. ${change} ` +
      `On ${wide.none.condition.model}, 0.5 instead of 0.3 changes test accuracy by ${formatContrast(gain)}.`,
    contrasts,
    context: Object.fromEntries(
      [narrow, wide].map(({ none }, i) => [`gap of ${none.condition.model} without dropout`, gaps[i]!]),
    ),
    results,
  };
}

/**
 * The difference of the shares as a sum of accuracies, linearized at the estimates (the delta method): for its values by seed
 * and for planning, not for the interval.
 */
function linearized(compare: Context['compare'], narrow: Rates, wide: Rates, against: Part): Contrast {
  const terms = ({ none, usual }: Rates, sign: 1 | -1) => {
    const [whole, rest] = [compare.gap(none, against).estimate, compare.gap(usual, against).estimate];
    return [
      ...gapTerms(usual, sign / whole, against),
      ...gapTerms(none, (-sign * rest) / whole ** 2, against),
    ];
  };
  const linear = compare.contrast([...terms(wide, 1), ...terms(narrow, -1)]);
  const value = ({ none, usual }: Rates) =>
    compare.gap(usual, against).estimate / compare.gap(none, against).estimate;
  const difference = value(wide) - value(narrow);
  const bySeed = linear.bySeed.map(({ seed, value: deviation }) => ({
    seed,
    value: difference + deviation,
  }));
  return { ...linear, bySeed };
}
