import {
  allOf,
  anyOf,
  type ConditionResult,
  formatContrast,
  imagesToReach,
  overCommonSeeds,
  type SampleEfficiency,
  unvaried,
} from '../analysis/index.js';
import type { ModelName } from '../models/index.js';
import { type Claim, type Context, missing } from './claim.js';
import { basisOf, imagesOf, integer, percent } from './reading.js';
import { rule } from './rule.js';

export const C12: Claim = {
  id: 'C12',
  statement: 'Convolutions generalize from fewer examples.',
  rule: rule(
    3,
    'The narrowest CNN on the training-set size below the largest, minus the baseline on that size and on the largest, test ' +
      'accuracy: supported if both are above 0, refuted if one is below.',
    'What is to be matched is the baseline on the largest size, not its best size, which would be picked for its outcome.',
  ),
  needs: { experiments: ['dataSize'], measurements: [] },
  judge(context) {
    const { cnns, sizes } = context.profile.dataSize;
    const narrowest = curveOf(context, cnns[0]!);
    const baseline = curveOf(context, 'baseline');
    const complete = [narrowest, baseline].every(({ points }) => points.length === sizes.length);
    const shared = complete ? overCommonSeeds([...narrowest.points, ...baseline.points]) : undefined;
    if (!shared || sizes.length < 2) return missing('two training-set sizes of a CNN and of the baseline');
    const own = shared.slice(0, sizes.length);
    const dense = shared.slice(sizes.length);
    const [fewer, fewerDense, mostDense] = [own.at(-2)!, dense.at(-2)!, dense.at(-1)!];
    const { difference } = context.compare;
    const [across, same] = [difference(fewer, mostDense), difference(fewer, fewerDense)];
    const bySize = own.map((result, i) => ({ result, lead: difference(result, dense[i]!) }));
    const target = mostDense.testAccuracy.mean;
    const { model } = fewer.condition;
    return {
      support: allOf([same.p.above, across.p.above]),
      against: anyOf([same.p.below, across.p.below]),
      reading:
        `${model} on ${imagesOf(fewer)} − baseline on ${imagesOf(mostDense)}: ${formatContrast(across)} ${basisOf(across, same)}. ` +
        `${model} − baseline at equal size: ${bySize.map(({ result, lead }) => `${imagesOf(result)} ${formatContrast(lead)}`).join('; ')}. ` +
        `What the baseline reaches on ${imagesOf(mostDense)}, ${percent(target)}, ${reached(model, { points: own }, target)}.`,
      contrasts: {
        [`${model} − baseline, both on ${imagesOf(fewer)}`]: same,
        [`${model} on ${imagesOf(fewer)} − baseline on ${imagesOf(mostDense)}`]: across,
      },
      context: Object.fromEntries(
        bySize.map(({ result, lead }) => [`${model} − baseline on ${imagesOf(result)}`, lead]),
      ),
      results: shared,
    };
  },
};

/** The results on the sizes of the experiment, few images to many. */
function curveOf({ find, profile }: Context, name: ModelName): SampleEfficiency {
  const points = profile.dataSize.sizes
    .map((images) => find({ ...unvaried(name), images }))
    .filter((result): result is ConditionResult => result !== undefined);
  return { points };
}

function reached(model: string, curve: SampleEfficiency, accuracy: number): string {
  const needed = imagesToReach(curve, accuracy);
  if (!needed) return `${model} reaches on none of the sizes`;
  const count = integer(Number(needed.images.toPrecision(2)));
  return `${model} reaches on ${needed.atMost ? 'at most' : 'about'} ${count}`;
}
