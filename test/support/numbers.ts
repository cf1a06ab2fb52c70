import assert from 'node:assert/strict';
import { random } from '../../src/base/random.js';

/** Norm of the difference over the norm of what is expected. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(found.length, expected.length, 'as many values as expected');
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-30);
}

export function assertClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'values',
): void {
  const error = relativeError(found, expected);
  assert.ok(error < tolerance, `${what}: relative error ${error}, at most ${tolerance} allowed`);
}

/** Standard normal numbers, the same for the same label. */
export function normals(label: string, count: number): Float32Array {
  const rng = random(0, 'test', label);
  return Float32Array.from({ length: count }, () => rng.normal());
}

/** Central differences of a scalar function, one coordinate at a time. */
export function numericGradient(
  f: (x: Float32Array) => number,
  x: Float32Array,
  epsilon: number,
): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const moved = (to: number) => f(x.with(i, to));
    const [up, down] = [Math.fround(value + epsilon), Math.fround(value - epsilon)];
    return (moved(up) - moved(down)) / (up - down);
  });
}
