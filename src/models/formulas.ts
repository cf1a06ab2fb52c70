import { PIXEL, type ReceptiveField, receptiveFields, windowOf } from './receptive-field.js';
import { type LayerShape, layerShapes } from './shapes.js';
import type { ModelSpec } from './spec.js';

/** An expression in the syntax of mathjs and the number each of its symbols stands for. */
export interface Formula {
  /** Such as "(k^2 * c + 1) * f". */
  readonly expression: string;
  /** Value of each symbol in the expression. */
  readonly symbols: Readonly<Record<string, number>>;
}

/** The counts of {@link LayerArithmetic} that have a formula. */
export type LayerCount = 'parameters' | 'flops' | 'activationBytes' | 'receptiveField';

/** The formulas of one layer. */
export type LayerFormulas = Readonly<Record<LayerCount, Formula>>;

/**
 * The formula of each count of {@link modelArithmetic}, layer by layer. They are written down for a reader, apart from the
 * code that counts, so that evaluating one checks the other.
 *
 * @example
 * ```ts
 * import { layerFormulas, MODELS } from 'whyconv';
 *
 * layerFormulas(MODELS.small)[0]!.parameters; // => { expression: '(k^2 * c + 1) * f', symbols: { k: 3, c: 3, f: 8 } }
 * ```
 */
export function layerFormulas(spec: ModelSpec): LayerFormulas[] {
  const [height] = spec.inputShape;
  const fields = receptiveFields(spec.layers);
  return layerShapes(spec).map((shaped, i) => ({
    parameters: parameters(shaped),
    flops: flops(shaped),
    activationBytes: activationBytes(shaped),
    receptiveField: receptiveField(shaped, i === 0 ? PIXEL : fields[i - 1]!, fields[i]!, height),
  }));
}

function formula(expression: string, symbols: Readonly<Record<string, number>> = {}): Formula {
  return { expression, symbols };
}

const ZERO = formula('0');

function parameters({ layer, inputShape }: LayerShape): Formula {
  switch (layer.kind) {
    case 'conv2d':
      return formula('(k^2 * c + 1) * f', { k: layer.kernelSize, c: inputShape[2]!, f: layer.filters });
    case 'locallyConnected2d': {
      const [h, w, c] = inputShape as readonly [number, number, number];
      return formula('(k^2 * c + 1) * f * h * w', { k: layer.kernelSize, c, f: layer.filters, h, w });
    }
    case 'dense':
      return formula('(n + 1) * u', { n: inputShape[0], u: layer.units });
    default:
      return ZERO;
  }
}

function flops({ layer, inputShape, outputShape }: LayerShape): Formula {
  switch (layer.kind) {
    case 'conv2d':
    case 'locallyConnected2d': {
      const [h, w, f] = outputShape as readonly [number, number, number];
      return formula('2 * h * w * f * k^2 * c', { h, w, f, k: layer.kernelSize, c: inputShape[2]! });
    }
    case 'dense':
      return formula('2 * n * u', { n: inputShape[0], u: layer.units });
    default:
      return ZERO;
  }
}

function activationBytes({ layer, outputShape }: LayerShape): Formula {
  if (layer.kind === 'flatten') return ZERO;
  if (outputShape.length === 1) return formula('4 * n', { n: outputShape[0] });
  const [h, w, c] = outputShape;
  return formula('4 * h * w * c', { h, w, c });
}

/** A layer without a window, every layer after it, and a window beyond the border depend on the whole height H. */
function receptiveField(
  { layer }: LayerShape,
  before: ReceptiveField | null,
  after: ReceptiveField | null,
  height: number,
): Formula {
  const window = windowOf(layer);
  if (!before || !after || !window || after.size > height) return formula('H', { H: height });
  return formula('r_in + (k - 1) * j_in', { r_in: before.size, j_in: before.jump, k: window.k });
}
