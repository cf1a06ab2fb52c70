import {
  type ConditionResult,
  type Contrast,
  formatContrast,
  imagesToReach,
  overCommonSeeds,
  type SampleEfficiency,
  unvaried,
} from '../analysis/index.js';
import { formatCount } from '../base/format.js';
import type { ModelName } from '../models/index.js';
import type { ProtocolName } from '../study/index.js';
import { type Claim, type Context, everyAbove, type Finding, missing } from './claim.js';
import { incompleteReading, rivalProtocols } from './networks.js';
import { basisOf, imagesOf, percent } from './reading.js';
import { rule } from './rule.js';

export const C12: Claim = {
  id: 'C12',
  statement: 'Convolutions generalize from fewer examples.',
  rule: rule(
    3,
    'The narrowest CNN on the training-set size below the largest, minus the baseline on that size and on the largest, test ' +
      'accuracy, for the baseline under the same protocol and at the learning rate that dense networks want: supported if all are ' +
      'above 0, refuted if one is below.',
    'The low rate is new. What is to be matched is the baseline on the largest size, not its best size, which would be picked for its outcome.',
  ),
  needs: { experiments: ['dataSize'], measurements: [] },
  judge(context) {
    const { cnns, sizes } = context.profile.dataSize;
    const narrowest = curveOf(context, cnns[0]!, context.protocol);
    const protocols = rivalProtocols(context);
    const curves = protocols.flatMap(({ protocol, suffix }) => {
      const { points } = curveOf(context, 'baseline', protocol);
      return points.length === sizes.length ? [{ protocol, suffix, points }] : [];
    });
    const found = narrowest.points.length === sizes.length && curves[0]?.protocol === context.protocol;
    const shared = overCommonSeeds([...narrowest.points, ...curves.flatMap(({ points }) => points)]);
    if (!found || !shared || sizes.length < 2)
      return missing('a CNN and of the baseline on two training-set sizes');
    const own = shared.slice(0, sizes.length);
    const dense = curves.map(({ suffix }, i) => ({
      suffix,
      points: shared.slice((i + 1) * sizes.length, (i + 2) * sizes.length),
    }));
    return fewerExamples(context, own, dense, curves.length === protocols.length);
  },
};

/** The baseline on all sizes, few images to many. */
interface DenseCurve extends SampleEfficiency {
  readonly suffix: string;
}

function fewerExamples(
  { compare: { difference } }: Context,
  own: readonly ConditionResult[],
  dense: readonly DenseCurve[],
  complete: boolean,
): Finding {
  const fewer = own.at(-2)!;
  const { model } = fewer.condition;
  const compared = dense.map(({ suffix, points }) => {
    const [same, most] = [points.at(-2)!, points.at(-1)!];
    return {
      name: `baseline${suffix}`,
      most,
      across: difference(fewer, most),
      same: difference(fewer, same),
      bySize: own.map((result, i) => ({ result, lead: difference(result, points[i]!) })),
    };
  });
  const contrasts: Record<string, Contrast> = Object.fromEntries(
    compared.flatMap(({ name, most, across, same }) => [
      [`${model} − ${name}, both on ${imagesOf(fewer)}`, same],
      [`${model} on ${imagesOf(fewer)} − ${name} on ${imagesOf(most)}`, across],
    ]),
  );
  const shown = compared.map(({ name, most, across, bySize }) => {
    const sizes = bySize.map(({ result, lead }) => `${imagesOf(result)} ${formatContrast(lead)}`).join('; ');
    const target = most.testAccuracy.mean;
    return (
      `${model} on ${imagesOf(fewer)} − ${name} on ${imagesOf(most)}: ${formatContrast(across)}; at equal size: ${sizes}. ` +
      `What the ${name} reaches on ${imagesOf(most)}, ${percent(target)}, ${reached(model, { points: own }, target)}.`
    );
  });
  return {
    ...everyAbove(contrasts, complete),
    reading: `${shown.join(' ')} All of this ${basisOf(...Object.values(contrasts))}.${incompleteReading(complete)}`,
    context: Object.fromEntries(
      compared.flatMap(({ name, bySize }) =>
        bySize.map(({ result, lead }) => [`${model} − ${name} on ${imagesOf(result)}`, lead]),
      ),
    ),
    results: [...own, ...dense.flatMap(({ points }) => points)],
  };
}

/** The results on the sizes of the experiment, few images to many. */
function curveOf({ find, profile }: Context, name: ModelName, protocol: ProtocolName): SampleEfficiency {
  const points = profile.dataSize.sizes
    .map((images) => find({ ...unvaried(name), images, protocol }))
    .filter((result): result is ConditionResult => result !== undefined);
  return { points };
}

function reached(model: string, curve: SampleEfficiency, accuracy: number): string {
  const needed = imagesToReach(curve, accuracy);
  if (!needed) return `${model} reaches on none of the sizes`;
  const count = formatCount(Number(needed.images.toPrecision(2)));
  return `${model} reaches on ${needed.atMost ? 'at most' : 'about'} ${count}`;
}
