import { type ReceptiveField, receptiveFields } from '../models/receptive-field.js';
import type { ModelSpec } from '../models/spec.js';
import { inputGradient } from './gradient.js';
import type { MapShape } from './layers.js';
import { activations, type Network } from './network.js';

/** Pixels, or positions of a layer: [first, last + 1) along each axis. */
export interface Area {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
}

/** Who sees whom, twice: by the formula what may be, by the trained network what is. */
export interface Reach {
  /** What the formula allows. */
  readonly area: Area;
  /** How strongly each place is concerned. */
  readonly strength: Float32Array;
  readonly shape: readonly [height: number, width: number];
}

/** The layer that is asked about: of that number in a network whose units have places, else the first dense one. */
export function layerAsked({ spec }: Pick<Network, 'spec'>, layer: number): number {
  const field = receptiveFields(spec.layers)[layer];
  return field ? layer : spec.layers.findIndex(({ kind }) => kind === 'dense');
}

/** Which pixels a unit sees: that at a pixel's place, or, where units have no places, the first one. */
export function pixelsOf(network: Network, image: Float32Array, layer: number, pixel: Pixel): Reach {
  const [height, width] = network.spec.inputShape;
  const asked = layerAsked(network, layer);
  const field = receptiveFields(network.spec.layers)[asked];
  const { outputShape } = network.layers[asked]!;
  if (!field || outputShape.length === 1) {
    const area = { x: [0, width], y: [0, height] } as const;
    return { area, strength: inputGradient(network, image, asked, [0]), shape: [height, width] };
  }
  const [rows, columns, channels] = outputShape;
  const [x, y] = [placeOf(pixel.x, field, columns), placeOf(pixel.y, field, rows)];
  const outputs = Array.from({ length: channels }, (_, c) => (y * columns + x) * channels + c);
  const area = { x: seen(x, field, width), y: seen(y, field, height) };
  return { area, strength: inputGradient(network, image, asked, outputs), shape: [height, width] };
}

/** Added to all channels of a pixel, to see what it changes. */
const NUDGE = 0.1;

/** Which units of a layer a pixel can change, and how much it does when it becomes a little lighter. */
export function unitsOf(network: Network, image: Float32Array, layer: number, pixel: Pixel): Reach {
  const [, width, depth] = network.spec.inputShape;
  const asked = layerAsked(network, layer);
  const upTo = { ...network, layers: network.layers.slice(0, asked + 1) };
  const nudged = image.slice();
  for (let c = 0; c < depth; c++) nudged[(pixel.y * width + pixel.x) * depth + c]! += NUDGE;
  const [before, after] = [image, nudged].map((pixels) => activations(upTo, pixels)[asked]!);
  const difference = after!.map((value, i) => Math.abs(value - before![i]!));
  const { outputShape } = network.layers[asked]!;
  const field = receptiveFields(network.spec.layers)[asked];
  if (!field || outputShape.length === 1)
    return {
      area: { x: [0, difference.length], y: [0, 1] },
      strength: difference,
      shape: [1, difference.length],
    };
  const [rows, columns, channels] = outputShape as MapShape;
  const strength = Float32Array.from({ length: rows * columns }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += difference[i * channels + c]!;
    return sum;
  });
  const area = { x: seeing(pixel.x, field, columns), y: seeing(pixel.y, field, rows) };
  return { area, strength, shape: [rows, columns] };
}

/** How many of its places an area has. */
export const sizeOfArea = ({ x, y }: Area): number => (x[1] - x[0]) * (y[1] - y[0]);

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** Layers of which one can ask: those whose units have places. */
export const layersWithPlaces = ({ layers }: ModelSpec): number[] =>
  receptiveFields(layers).flatMap((field, i) => (field ? [i] : []));

/** The position whose window lies around a pixel. */
const placeOf = (pixel: number, { jump }: ReceptiveField, extent: number): number =>
  Math.min(extent - 1, Math.floor(pixel / jump));

/** Pixels inside the image that a position sees. */
const seen = (position: number, { size, jump, offset }: ReceptiveField, side: number): [number, number] => {
  const first = offset + position * jump;
  return [Math.max(0, first), Math.min(side, first + size)];
};

/** Positions that see a pixel. */
function seeing(pixel: number, field: ReceptiveField, extent: number): [number, number] {
  const positions = Array.from({ length: extent }, (_, position) => position).filter((position) => {
    const first = field.offset + position * field.jump;
    return first <= pixel && pixel < first + field.size;
  });
  return [positions[0] ?? 0, (positions.at(-1) ?? -1) + 1];
}
