import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { RunRecord } from '../training/index.js';
import { missingWeights, type TrainedStudy } from './trained.js';

/** Something measured by running trained networks, kept with the records. */
export interface Measurement<T> {
  readonly name: string;
  /** Of the algorithm, from 1; raised when results change, and only then. */
  readonly version: number;
  /** Every constant that decides the result: images, shifts, fractions, draws. Versions and constants are part of the key. */
  readonly constants: Readonly<Record<string, unknown>>;
  /** Of the stored JSON. */
  readonly schema: z.ZodType<T>;
}

/**
 * The stored measurement of a run, or, where there is none made with the same weights, version and constants, a new one. Where
 * the weights are not in the store, what was measured on them may be.
 *
 * @throws MissingWeightsError where neither is in the store; NoImagesError where images have to be judged that are not at hand
 */
export async function measured<T>(
  study: TrainedStudy,
  record: RunRecord,
  { name, version, constants, schema }: Measurement<T>,
  measure: (weights: readonly Float32Array[]) => Promise<T>,
): Promise<T> {
  const of = { run: record.key, version, ...constants };
  const parse = (json: unknown) => schema.parse(json);
  const weights = await study.store.weights(record);
  if (!weights) {
    const known = await study.store.findMeasurement(name, of, parse);
    if (known === undefined) throw missingWeights(study, record);
    return known;
  }
  const from = { run: record.key, weights: digestOf(weights), version, ...constants };
  return study.store.measurement(name, from, parse, () => measure(weights));
}

/** A run that is trained again may come to other weights under the same key. */
function digestOf(weights: readonly Float32Array[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of weights)
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
