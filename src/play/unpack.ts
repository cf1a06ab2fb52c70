import { layerShapes } from '../models/shapes.js';
import type { LayerSpec, ModelSpec } from '../models/spec.js';
import { fromHalf } from './half.js';
import { type Network, networkOf, weightCounts } from './network.js';

/**
 * A trained network as a page holds it: for each layer with weights its kernel, then its bias, in the order of
 * `weightShapes`. Numbers are float16, but for the large kernels of a network whose precision is `steps`: first the largest
 * weight of each unit (a number that has weights of its own) as float16, then each weight as a byte, a whole number of steps
 * of which its unit's largest is 15 or 31: see `stepsOf`. Compressed, that is 5 or 6 bits a weight.
 */
export interface PackedNetwork {
  /** The architecture. */
  readonly spec: ModelSpec;
  /** How its large kernels are rounded. */
  readonly precision: PackedPrecision;
  /** All of it, compressed (zlib, RFC 1950), as base64. */
  readonly data: string;
}

/** How the large kernels of a packed network are rounded. */
export type PackedPrecision = 'float16' | 'steps';

/** Weights from which a kernel is large. */
const LARGE = 200_000;

/**
 * Steps from 0 to the largest weight of a unit, or null for a kernel that is float16. A dense unit adds up thousands of inputs,
 * among which the errors of rounding cancel; a window adds up some dozens, and wants finer steps.
 */
export const stepsOf = (
  kind: LayerSpec['kind'],
  weights: number,
  precision: PackedPrecision,
): number | null => (precision === 'float16' || weights < LARGE ? null : kind === 'dense' ? 15 : 31);

/**
 * Which unit each weight of a kernel belongs to: kernels are [units' positions, inputs, units], with one position but for
 * locally connected layers.
 */
export function unitOf(index: number, outputs: number, inputs: number): number {
  return Math.floor(index / (inputs * outputs)) * outputs + (index % outputs);
}

/** @throws RangeError where the data is not that of the network's layers */
export async function unpack({ spec, precision, data }: PackedNetwork): Promise<Network> {
  return networkOf(spec, weightsIn(spec, precision, await inflated(data)));
}

/** The weights in the order of `weightShapes(spec)`. */
export function weightsIn(spec: ModelSpec, precision: PackedPrecision, bytes: Uint8Array): Float32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const halves = (count: number): Float32Array => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++, at += 2) values[i] = fromHalf(view.getUint16(at, true));
    return values;
  };
  const stepped = (count: number, units: number, outputs: number, steps: number): Float32Array => {
    const largest = halves(units);
    const values = new Float32Array(count);
    const inputs = count / units;
    for (let i = 0; i < count; i++)
      values[i] = (view.getInt8(at++) * largest[unitOf(i, outputs, inputs)]!) / steps;
    return values;
  };
  const weights = layerShapes(spec).flatMap((shaped) => {
    const { kernel, bias } = weightCounts(shaped);
    if (kernel === 0) return [];
    const steps = stepsOf(shaped.layer.kind, kernel, precision);
    const outputs = shaped.outputShape.at(-1)!;
    return [steps === null ? halves(kernel) : stepped(kernel, bias, outputs, steps), halves(bias)];
  });
  if (at !== bytes.length)
    throw new RangeError(`model "${spec.name}" has ${at} bytes of weights, not ${bytes.length}`);
  return weights;
}

/** The bytes of base64 text, decompressed. */
export async function inflated(base64: string): Promise<Uint8Array> {
  const packed = bytesOf(base64);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
