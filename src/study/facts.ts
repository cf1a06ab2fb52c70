import {
  cnn,
  countParameters,
  type Formula,
  MODELS,
  modelArithmetic,
  receptiveField,
  withFlattenHead,
} from '../models/index.js';

/** A statement about the architectures that arithmetic alone decides. */
export interface ArchitectureFact {
  /** Names the fact for code: "first-layer". */
  readonly id: string;
  /** What is computed, as a noun phrase. */
  readonly statement: string;
  /** Counted on the architectures themselves. */
  readonly value: number;
  /** The same figure as a reader would work it out. */
  readonly formula: Formula;
  /** What the original study printed; null where it printed nothing. */
  readonly published: number | null;
  /** Decimals of the published figure; negative where it is rounded to tens, hundreds and so on. */
  readonly decimals: number;
}

/**
 * The arithmetic claims of the original study, each counted again.
 *
 * @example
 * ```ts
 * import { architectureFacts } from 'whyconv';
 *
 * const share = architectureFacts().find(({ id }) => id === 'first-layer-share');
 * share!.value > 0; // => true
 * ```
 */
export function architectureFacts(): ArchitectureFact[] {
  const [baseline, small, big] = [MODELS.baseline, MODELS.small, MODELS.big].map(countParameters) as [
    number,
    number,
    number,
  ];
  const flatBig = withFlattenHead(MODELS.big);
  const first = layer(MODELS.baseline, 'dense1');
  const [oneFilter] = modelArithmetic(cnn('one filter', 1, 1));
  const head = layer(flatBig, 'dense1');
  return [
    {
      id: 'first-layer',
      statement: "parameters of the baseline's first layer",
      value: first.parameters,
      formula: { expression: '(3072 + 1) * 512', symbols: {} },
      published: 1_573_376,
      decimals: 0,
    },
    {
      id: 'first-layer-share',
      statement: "percent of the baseline's parameters in its first layer",
      value: (100 * first.parameters) / baseline,
      formula: { expression: '100 * (n + 1) * u / p', symbols: { n: 3072, u: 512, p: baseline } },
      published: 92.16,
      decimals: 2,
    },
    {
      id: 'baseline-over-big',
      statement: 'parameters of the baseline for each one of big',
      value: baseline / big,
      formula: { expression: 'p_baseline / p_big', symbols: { p_baseline: baseline, p_big: big } },
      published: 10.86,
      decimals: 2,
    },
    {
      id: 'baseline-over-small',
      statement: 'parameters of the baseline for each one of small',
      value: baseline / small,
      formula: { expression: 'p_baseline / p_small', symbols: { p_baseline: baseline, p_small: small } },
      published: 118,
      decimals: 0,
    },
    {
      id: 'kernel',
      statement: 'parameters of one 3x3 kernel over 3 channels',
      value: oneFilter!.parameters,
      formula: { expression: 'k^2 * c + 1', symbols: { k: 3, c: 3 } },
      published: 28,
      decimals: 0,
    },
    {
      id: 'positions',
      statement: 'positions at which that kernel is used',
      value: oneFilter!.outputShape[0] * oneFilter!.outputShape[1]!,
      formula: { expression: 'h * w', symbols: { h: 32, w: 32 } },
      published: 1024,
      decimals: 0,
    },
    {
      id: 'two-3x3',
      statement: 'pixels seen by two stacked 3x3 layers',
      value: receptiveField(MODELS.big, 'conv2').size,
      formula: { expression: '1 + 2 * (k - 1)', symbols: { k: 3 } },
      published: 5,
      decimals: 0,
    },
    {
      id: 'flatten-weights',
      statement: 'weights between 8x8x128 flattened values and 128 units',
      value: head.parameters - head.outputShape[0],
      formula: { expression: 'h * w * c * u', symbols: { h: 8, w: 8, c: 128, u: 128 } },
      published: 1_050_000,
      decimals: -4,
    },
    {
      id: 'flatten-head',
      statement: 'additional parameters of big with a flatten head instead of a pooled one',
      value: countParameters(flatBig) - big,
      formula: {
        expression: 'p_flatten - p_pooled',
        symbols: { p_flatten: countParameters(flatBig), p_pooled: big },
      },
      published: null,
      decimals: 0,
    },
  ];
}

function layer(spec: Parameters<typeof modelArithmetic>[0], name: string) {
  return modelArithmetic(spec).find((candidate) => candidate.name === name)!;
}
