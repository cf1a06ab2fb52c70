/** Float16 (IEEE 754 binary16) as 16 bits in an integer, for weights in a page. */

const [SMALLEST_NORMAL, LARGEST] = [2 ** -14, 65_504];

/** The nearest float16, ties to even; beyond the largest one, the largest. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), LARGEST);
  // Below, float16 are multiples of 2^-24: the exponent's bits are 0.
  if (size < SMALLEST_NORMAL) return sign | roundToEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  // A fraction that is rounded up to 1024 carries into the exponent, as it must.
  return Math.min(
    sign | 0x7fff,
    sign | ((exponent + 15) * 1024 + roundToEven((size / 2 ** exponent - 1) * 1024)),
  );
}

export function fromHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
