import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, WhyconvError } from '../base/errors.js';
import { canonicalJson } from '../training/index.js';

/** Something measured on trained models, as a file beside the records holds it. */
export interface StoredMeasurement<T> {
  readonly name: string;
  /** Everything it was computed from. */
  readonly from: Readonly<Record<string, unknown>>;
  readonly value: T;
}

const schema = z.object({
  name: z.string(),
  from: z.record(z.string(), z.unknown()),
  value: z.unknown(),
});

/** What the file of a measurement is named by: SHA-256 of its name and of what it is computed from, 64 hexadecimal digits. */
export const measurementKey = (name: string, from: unknown): string =>
  createHash('sha256')
    .update(canonicalJson([name, from]))
    .digest('hex');

/**
 * The text of its file.
 *
 * @throws WhyconvError where a number is not finite: JSON would write null, and no later read would accept that
 */
export function formatMeasurement(measurement: {
  readonly name: string;
  readonly from: unknown;
  readonly value: unknown;
}): string {
  const requireFinite = (field: string, inner: unknown): unknown => {
    if (typeof inner !== 'number' || Number.isFinite(inner)) return inner;
    throw new WhyconvError({
      what: 'a measurement came to a number that is not finite',
      where: `${measurement.name}, measured from ${canonicalJson(measurement.from)}`,
      found: `${field}: ${inner}`,
      expected: 'finite numbers, as finite weights give',
      remedy: 'delete the record and the weights of this run: it will be trained again',
    });
  };
  return `${JSON.stringify(measurement, requireFinite, 1)}\n`;
}

/**
 * @param parse turns the stored JSON into the value again; throws where it is not valid
 * @throws WhyconvError where the file is not a measurement, or not a valid one
 */
export async function readMeasurement<T>(
  path: string,
  parse: (json: unknown) => T,
): Promise<StoredMeasurement<T>> {
  try {
    const { name, from, value } = schema.parse(JSON.parse(await readFile(path, 'utf8')));
    return { name, from, value: parse(value) };
  } catch (cause) {
    const remedy = 'delete the file: it will be measured again';
    throw new WhyconvError(
      { what: 'not a valid measurement', where: path, found: messageOf(cause), remedy },
      { cause },
    );
  }
}

/** Whether a measurement was made from all that `from` names, whatever else it was made from. */
export const isMadeFrom = (
  measurement: StoredMeasurement<unknown>,
  from: Readonly<Record<string, unknown>>,
): boolean =>
  Object.entries(from).every(
    ([key, value]) =>
      measurement.from[key] !== undefined && canonicalJson(measurement.from[key]) === canonicalJson(value),
  );
