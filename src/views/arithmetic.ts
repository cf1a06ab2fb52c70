import { formatCount, formatPercent } from '../base/format.js';
import { derivation } from '../charts/index.js';
import { isAboutConstant } from '../claims/index.js';
import { countParameters, type ModelSpec, modelArithmetic, modelTotals } from '../models/index.js';
import type { Prediction, TableView } from '../notebook/show.js';
import type { ArchitectureFact } from '../study/index.js';
import { largestBy, sumOf } from './networks.js';

/** Figures of the original study, each counted again. */
export function factsTable(facts: readonly ArchitectureFact[]): TableView {
  return {
    rows: facts.map(({ statement, formula, value, published, decimals }) => ({
      statement,
      derivation: `$${derivation(formula, value).substitutionTex}$`,
      value: value.toLocaleString('en-US', { maximumFractionDigits: Math.max(0, decimals) }),
      published: published === null ? '–' : published.toLocaleString('en-US'),
    })),
  };
}

/**
 * Whether claim C13 holds of these volumes, with the numbers.
 *
 * @param volumes values per image after each stage, see `stageVolumes`
 */
export function volumesReading(volumes: readonly number[]): string {
  const course = volumes.map(formatCount).join(' → ');
  return (
    '**Claim C13** says that doubling the filters keeps height × width × channels about constant. ' +
    (isAboutConstant(volumes)
      ? `It does: ${course} values per image.`
      : `It does not: ${course} values per image. Pooling divides the area by four, doubling multiplies the channels by two.`)
  );
}

/** The networks that the predictions are about. */
export interface Compared {
  /** A dense network. */
  readonly baseline: ModelSpec;
  /** A convolutional one. */
  readonly cnn: ModelSpec;
  /** Values per image after each stage of the CNN. */
  readonly volumes: readonly number[];
}

/** The predictions on parameters and volumes, settled by counting. */
export function arithmeticPredictions({ baseline, cnn, volumes }: Compared): Prediction[] {
  const largest = largestBy(modelArithmetic(baseline), 'parameters');
  const first = largest.parameters / countParameters(baseline);
  const [onSmall, onLarge] = [cnn, onLargerImages(cnn)].map((spec) => weightsOf(spec)) as [number, number];
  return [
    {
      text: 'P2. More than nine tenths of the parameters of the baseline are in its first layer.',
      held: first > 0.9 && largest.name === 'dense1',
      because: `${formatPercent(first, 2)} in ${largest.name}`,
    },
    {
      text: 'P3. On images twice as high and wide, convolutions have no more parameters.',
      held: onLarge <= onSmall,
      because: `those of \`${cnn.name}\` have ${formatCount(onSmall)}, and ${formatCount(onLarge)} on the larger images`,
    },
    {
      text: 'P4. Doubling the filters after each pooling keeps height × width × channels about constant (claim C13).',
      held: isAboutConstant(volumes),
      because: volumes.map(formatCount).join(' → '),
    },
  ];
}

function onLargerImages(spec: ModelSpec): ModelSpec {
  const [height, width, channels] = spec.inputShape;
  return { ...spec, inputShape: [2 * height, 2 * width, channels] };
}

/** Parameters of the layers that look at neighborhoods. */
const weightsOf = (spec: ModelSpec) =>
  sumOf(
    modelArithmetic(spec).filter(({ kind }) => kind === 'conv2d' || kind === 'locallyConnected2d'),
    'parameters',
  );

/** How the two networks compare in parameters and operations, as the chapter's reading. */
export function arithmeticReading({ baseline, cnn }: Compared): string {
  const [dense, conv] = [baseline, cnn].map(modelTotals) as [
    ReturnType<typeof modelTotals>,
    ReturnType<typeof modelTotals>,
  ];
  const ratio = dense.parameters / conv.parameters;
  return (
    `**Reading.** \`${baseline.name}\` has ${ratio.toFixed(ratio < 10 ? 2 : 1)} times the parameters of \`${cnn.name}\` and does ` +
    `${formatPercent(dense.flops / conv.flops)} of its operations. ` +
    (ratio > 1
      ? 'If it is less accurate all the same, it is not for lack of parameters.'
      : 'If it is less accurate, it may be for lack of parameters.')
  );
}
