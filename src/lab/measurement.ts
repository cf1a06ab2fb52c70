import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Study } from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import { trainedWeights } from './trained.js';

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
 * The stored measurement of a run, or, where there is none made with the same weights, version and constants, a new one.
 *
 * @throws WhyconvError where the run's weights are not in the store
 */
export async function measured<T>(
  study: Study,
  record: RunRecord,
  { name, version, constants, schema }: Measurement<T>,
  measure: (weights: readonly Float32Array[]) => Promise<T>,
): Promise<T> {
  const weights = await trainedWeights(study, record);
  const from = { run: record.key, weights: digestOf(weights), version, ...constants };
  return study.store.measurement(
    name,
    from,
    (json) => schema.parse(json),
    () => measure(weights),
  );
}

/** A run that is trained again may come to other weights under the same key. */
function digestOf(weights: readonly Float32Array[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of weights)
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
