import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { MODELS } from '../../src/models/architectures.js';
import { glorotLimit, initialWeights, weightShapes } from '../../src/models/weights.js';

const sizes = fc.integer({ min: 1, max: 64 });

it('Glorot limits: fans of a dense kernel are its sides, of a convolution its sides times its window', () => {
  assert.equal(glorotLimit([300, 300]), 0.1);
  assert.equal(glorotLimit([3, 3, 3, 8]), Math.sqrt(6 / (27 + 72)));
});

it('kernels are uniform within the Glorot limit, biases zero', () => {
  const shapes = weightShapes(MODELS.baseline);
  const [kernel, bias] = initialWeights(MODELS.baseline, 1);
  const limit = Math.fround(glorotLimit(shapes[0]!.shape));
  let square = 0;
  let sum = 0;
  let largest = 0;
  for (const value of kernel!) {
    sum += value;
    square += value ** 2;
    largest = Math.max(largest, Math.abs(value));
  }
  assert.ok(largest <= limit && largest > 0.999 * limit);
  assert.ok(Math.abs(sum / kernel!.length) < 0.01 * limit, 'mean 0');
  assert.ok(Math.abs(square / kernel!.length / (limit ** 2 / 3) - 1) < 0.01, 'variance limit²/3');
  assert.ok(bias!.every((value) => value === 0));
});

it('a seed fixes every weight; another seed and another layer draw others', () => {
  const [first] = initialWeights(MODELS.small, 3);
  assert.deepEqual(initialWeights(MODELS.small, 3)[0], first);
  assert.notDeepEqual(initialWeights(MODELS.small, 4)[0], first);
  const spec = { ...MODELS.small, layers: [...MODELS.small.layers.slice(0, 2)] };
  const [, , second] = initialWeights(spec, 3);
  assert.notDeepEqual(second!.slice(0, 50), first!.slice(0, 50));
});

it('shapes of a dense chain follow its units', () => {
  fc.assert(
    fc.property(
      fc.tuple(sizes, sizes, sizes),
      fc.array(sizes, { minLength: 1, maxLength: 4 }),
      (input, units) => {
        const layers = [
          { kind: 'flatten' as const },
          ...units.map((n) => ({ kind: 'dense' as const, units: n, activation: 'relu' as const })),
        ];
        const shapes = weightShapes({ name: 'chain', inputShape: input, layers });
        const widths = [input[0] * input[1] * input[2], ...units];
        assert.deepEqual(
          shapes.map(({ shape }) => shape),
          units.flatMap((n, i) => [[widths[i]!, n], [n]]),
        );
      },
    ),
  );
});
