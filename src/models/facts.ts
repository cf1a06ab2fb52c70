import { MODELS, withFlattenHead } from './architectures.js';
import { countParameters, modelArithmetic } from './arithmetic.js';
import { type Quantity, quantity } from './quantity.js';

/** A statement about the architectures that arithmetic alone decides. */
export interface ArchitectureFact {
  readonly id: string;
  /** What is computed, as a noun phrase. */
  readonly statement: string;
  readonly quantity: Quantity;
  /** What the original study printed, where it did. */
  readonly published?: number;
  /** Decimals the published figure was rounded to. */
  readonly decimals: number;
}

/** The arithmetic claims of the original study, computed; see also {@link mapVolumes}. */
export function architectureFacts(): ArchitectureFact[] {
  const p = Object.fromEntries(Object.entries(MODELS).map(([name, spec]) => [name, countParameters(spec)]));
  const flat = countParameters(withFlattenHead(MODELS.big));
  const fact = (
    id: string,
    statement: string,
    value: Quantity,
    published: number,
    decimals = 0,
  ): ArchitectureFact => ({ id, statement, quantity: value, published, decimals });
  return [
    fact('first-layer', "parameters of the baseline's first layer", quantity('(3072 + 1) * 512'), 1_573_376),
    fact(
      'first-layer-share',
      "percent of the baseline's parameters in its first layer",
      quantity('100 * (n + 1) * u / p', { n: 3072, u: 512, p: p.baseline! }),
      92.16,
      2,
    ),
    fact(
      'baseline-over-big',
      'parameters of the baseline for each one of big',
      quantity('p_baseline / p_big', { p_baseline: p.baseline!, p_big: p.big! }),
      10.86,
      2,
    ),
    fact(
      'baseline-over-small',
      'parameters of the baseline for each one of small',
      quantity('p_baseline / p_small', { p_baseline: p.baseline!, p_small: p.small! }),
      118,
    ),
    fact(
      'kernel',
      'parameters of one 3x3 kernel over 3 channels',
      quantity('k^2 * c + 1', { k: 3, c: 3 }),
      28,
    ),
    fact('positions', 'positions at which that kernel is used', quantity('h * w', { h: 32, w: 32 }), 1024),
    fact('two-3x3', 'pixels seen by two stacked 3x3 layers', quantity('1 + 2 * (k - 1)', { k: 3 }), 5),
    fact(
      'flatten-weights',
      'weights between 8x8x128 flattened values and 128 units',
      quantity('h * w * c * u', { h: 8, w: 8, c: 128, u: 128 }),
      1_050_000,
      -4,
    ),
    {
      id: 'flatten-head',
      statement: 'parameters more in big with a flatten head than with a pooled one',
      quantity: quantity('p_flatten - p_pooled', { p_flatten: flat, p_pooled: p.big! }),
      decimals: 0,
    },
  ];
}

/** Values in the feature maps of each stage of the CNN `f1, f2`: does doubling filters keep H x W x C constant? */
export function mapVolumes(name: 'small' | 'medium' | 'big' | 'extra_big' = 'big'): Quantity[] {
  return modelArithmetic(MODELS[name])
    .filter(({ kind }, i, layers) => kind === 'conv2d' && layers[i + 1]?.kind !== 'conv2d')
    .map(({ outputShape: [h, w, c] }) => quantity('h * w * c', { h, w: w!, c: c! }));
}
