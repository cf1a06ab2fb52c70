import { type Contrast, formatContrast } from '../contrast.js';
import { type ExamplesCurve, examplesToReach } from '../examples.js';
import { conjunction, type Finding, missing, percent, signOf, unit } from './finding.js';
import { difference, haveCommonSeed } from './label-contrasts.js';

/**
 * C12. Fewer examples are enough if the CNN trained on the size below the largest beats the baseline trained on the
 * largest, and at its own size. The sizes are fixed beforehand, so that none is picked for its outcome; what the smaller
 * ones show, and where each curve reaches the baseline's best, is told beside it.
 *
 * @param cnn the narrowest CNN: more parameters than the baseline's cannot be what helps it
 */
export function fewerExamples(
  cnn: ExamplesCurve | undefined,
  base: ExamplesCurve | undefined,
  others: readonly ExamplesCurve[],
): Finding {
  const pairs = (cnn?.points ?? []).flatMap((point) => {
    const same = base?.points.find(({ examples }) => examples === point.examples);
    return same && haveCommonSeed([point.result, same.result]) ? [{ cnn: point, base: same }] : [];
  });
  const most = pairs.at(-1)?.base;
  const fewer = pairs.at(-2);
  if (!cnn || !base || !most || !fewer || !haveCommonSeed([fewer.cnn.result, most.result]))
    return missing('two training sizes of a CNN and of the baseline');
  const same = difference(fewer.cnn.result, fewer.base.result);
  const across = difference(fewer.cnn.result, most.result);
  const images = (count: number) => `${count.toLocaleString('en-US')} images`;
  const told = pairs.map(
    (pair) =>
      `${images(pair.cnn.examples)}: ${formatContrast(difference(pair.cnn.result, pair.base.result))}`,
  );
  const best = Math.max(...base.points.map(({ result }) => result.testAccuracy.mean));
  const contrasts: Record<string, Contrast> = {
    [`${cnn.model} − baseline, both on ${images(fewer.cnn.examples)}`]: same,
    [`${cnn.model} on ${images(fewer.cnn.examples)} − baseline on ${images(most.examples)}`]: across,
  };
  return {
    verdict: conjunction([signOf(same), signOf(across)]),
    reading:
      `${cnn.model} on ${images(fewer.cnn.examples)} − baseline on ${images(most.examples)}: ${formatContrast(across)} ` +
      `${unit(same, across)}. ${cnn.model} − baseline at equal size, ${told.join('; ')}. The baseline's best, ` +
      `${percent(best)}, is reached by ${[cnn, ...others, base].map((curve) => reached(curve, best)).join(', ')}.`,
    contrasts,
    results: [cnn, base, ...others].flatMap(({ points }) => points.map(({ result }) => result)),
  };
}

function reached(curve: ExamplesCurve, accuracy: number): string {
  const needed = examplesToReach(curve, accuracy);
  if (!needed) return `${curve.model} with none of the sizes`;
  const count = Number(needed.examples.toPrecision(2)).toLocaleString('en-US');
  return `${curve.model} with ${needed.atMost ? 'at most' : 'about'} ${count}`;
}
