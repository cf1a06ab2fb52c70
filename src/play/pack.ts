import { deflateSync } from 'node:zlib';
import { layerShapes } from '../models/shapes.js';
import type { ModelSpec } from '../models/spec.js';
import { fromHalf, toHalf } from './half.js';
import { weightCounts } from './network.js';
import { type PackedNetwork, type PackedPrecision, stepsOf, unitOf } from './unpack.js';

/**
 * A trained network as a page holds it: see {@link PackedNetwork}, which `unpack` reads.
 *
 * @param weights in the order of `weightShapes(spec)`
 */
export function pack(
  spec: ModelSpec,
  weights: readonly Float32Array[],
  precision: PackedPrecision,
): PackedNetwork {
  const weighted = layerShapes(spec).filter((shaped) => weightCounts(shaped).kernel > 0);
  const parts = weighted.flatMap(({ layer, outputShape }, i) => {
    const [kernel, bias] = [weights[2 * i]!, weights[2 * i + 1]!];
    const steps = stepsOf(layer.kind, kernel.length, precision);
    const packed = steps === null ? halves(kernel) : stepped(kernel, bias.length, outputShape.at(-1)!, steps);
    return [packed, halves(bias)];
  });
  return { spec, precision, data: deflated(Buffer.concat(parts)) };
}

/** Bytes as compressed base64 text, for `inflated`. */
export const deflated = (bytes: Uint8Array): string => deflateSync(bytes, { level: 9 }).toString('base64');

function halves(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt16LE(toHalf(value), 2 * i);
  });
  return bytes;
}

/**
 * What rounding one weight leaves over is added to the next weight of its unit. Neighboring inputs, pixels above all, are
 * nearly equal, so that their errors nearly cancel.
 *
 * @param units that have weights of their own, of which `outputs` at each position
 */
function stepped(values: Float32Array, units: number, outputs: number, steps: number): Buffer {
  const inputs = values.length / units;
  const largest = new Float32Array(units);
  values.forEach((value, i) => {
    const unit = unitOf(i, outputs, inputs);
    largest[unit] = Math.max(largest[unit]!, Math.abs(value));
  });
  const bytes = Buffer.alloc(values.length);
  const left = new Float64Array(units);
  values.forEach((value, i) => {
    const unit = unitOf(i, outputs, inputs);
    const step = fromHalf(toHalf(largest[unit]!)) / steps;
    if (step === 0) return;
    const wanted = value / step + left[unit]!;
    const whole = Math.max(-steps, Math.min(steps, Math.round(wanted)));
    left[unit] = wanted - whole;
    bytes.writeInt8(whole, i);
  });
  return Buffer.concat([halves(largest), bytes]);
}
