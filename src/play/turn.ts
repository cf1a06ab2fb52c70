import { activated, activations, apply, type Layer, type Network } from './network.js';

/** Units without places are drawn in rows of this many. */
export const UNITS_IN_ROW = 32;

/** One number of a network's first layer with weights: of a filter or unit, what it does to a pixel of its window. */
export interface WeightPlace {
  /** Filter of a layer with windows, unit of a dense one; from 0. */
  readonly filter: number;
  /** In the window, from 0: its middle is (1, 1) where it is 3 x 3. */
  readonly row: number;
  readonly column: number;
  readonly channel: number;
  /** The position that the window is laid on. A convolution's weight is used at all of them. */
  readonly x: number;
  readonly y: number;
}

/** What changes when one weight is another. */
export interface Turned {
  /** Absolute change, before the ReLU: of the filter's map [h, w], or of all units [1, units] where they have no places. */
  readonly change: Float32Array;
  readonly shape: readonly [height: number, width: number];
  /** How many of these numbers changed. */
  readonly changed: number;
  readonly logits: Float32Array;
}

/**
 * Adds something to one weight, lets the network answer, and takes it back.
 *
 * @param image [h, w, c], 0 to 1
 */
export function turn(network: Network, image: Float32Array, place: WeightPlace, by: number): Turned {
  const layer = firstWeighted(network);
  const before = linear(layer, image);
  const index = weightIndex(network, place);
  const own = layer.kernel[index]!;
  layer.kernel[index] = own + by;
  try {
    const after = linear(layer, image);
    const { change, shape } = changeOf(layer, before, after, place.filter);
    const changed = change.filter((value) => value > 0).length;
    return { change, shape, changed, logits: logitsAfter(network, layer, after) };
  } finally {
    layer.kernel[index] = own;
  }
}

/** The first layer that has weights. */
export const firstWeighted = ({ layers }: Network): Layer => layers.find(({ kernel }) => kernel.length > 0)!;

/** Where the weight is in the layer's kernel: see `weightShapes` for the layouts. */
export function weightIndex(network: Network, { filter, row, column, channel, x, y }: WeightPlace): number {
  const { layer, kernel, bias } = firstWeighted(network);
  const [height, width, channels] = network.spec.inputShape;
  if (layer.kind === 'dense') {
    const within = (at: number, side: number) => Math.max(0, Math.min(side - 1, at));
    const [pixelY, pixelX] = [within(y + row - 1, height), within(x + column - 1, width)];
    return ((pixelY * width + pixelX) * channels + channel) * layer.units + filter;
  }
  if (layer.kind !== 'conv2d' && layer.kind !== 'locallyConnected2d')
    throw new RangeError(`a ${layer.kind} layer has no weights to turn`);
  const { filters, kernelSize } = layer;
  const inWindow = ((row * kernelSize + column) * channels + channel) * filters + filter;
  const position = layer.kind === 'conv2d' ? 0 : y * width + x;
  return (position * kernel.length * filters) / bias.length + inWindow;
}

/** What the layers behind one make of what it computed before its activation. */
function logitsAfter({ spec, layers }: Network, layer: Layer, values: Float32Array): Float32Array {
  const behind = { spec, layers: layers.slice(layers.indexOf(layer) + 1) };
  const own = 'activation' in layer.layer ? layer.layer.activation : 'linear';
  return activations(behind, activated(own, values)).at(-1)!;
}

const linear = (layer: Layer, image: Float32Array): Float32Array =>
  apply({ ...layer, layer: { ...layer.layer, activation: 'linear' } as Layer['layer'] }, image);

function changeOf(
  { outputShape }: Layer,
  before: Float32Array,
  after: Float32Array,
  filter: number,
): Pick<Turned, 'change' | 'shape'> {
  const difference = after.map((value, i) => Math.abs(value - before[i]!));
  if (outputShape.length === 1) return { change: difference, shape: [1, difference.length] };
  const [height, width, filters] = outputShape;
  const change = difference.filter((_, i) => i % filters === filter);
  return { change, shape: [height, width] };
}
