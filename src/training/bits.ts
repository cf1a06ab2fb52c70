/**
 * Booleans as base64 of one bit each, the lowest bit of a byte first: 10,000 take 1.7 kB.
 *
 * @example
 * ```ts
 * import { packBits, unpackBits } from 'whyconv';
 *
 * unpackBits(packBits([true, false, true]), 3); // => [1, 0, 1]
 * ```
 */
export function packBits(bits: ArrayLike<boolean>): string {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) if (bits[i]) bytes[i >> 3]! |= 1 << (i & 7);
  return Buffer.from(bytes).toString('base64');
}

/**
 * The booleans that {@link packBits} packed, as 0 and 1.
 *
 * @param count how many there were: the last byte may be filled up
 * @throws RangeError where the text holds fewer
 * @example
 * ```ts
 * import { recordedRuns, unpackBits } from 'whyconv';
 *
 * const [record] = await recordedRuns();
 * const { correct, count, accuracy } = record!.results!.test;
 * const right = unpackBits(correct, count).reduce((sum, bit) => sum + bit, 0);
 * right / count; // => accuracy
 * ```
 */
export function unpackBits(text: string, count: number): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== Math.ceil(count / 8))
    throw new RangeError(`${bytes.length} bytes do not hold ${count} bits`);
  const bits = new Uint8Array(count);
  for (let i = 0; i < count; i++) bits[i] = (bytes[i >> 3]! >> (i & 7)) & 1;
  return bits;
}
