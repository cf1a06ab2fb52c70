import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cnn, layerShapes, withoutSharing } from '../../src/models/index.js';
import { fromHalf, toHalf } from '../../src/play/half.js';
import { pack } from '../../src/play/pack.js';
import { stepsOf, unpack } from '../../src/play/unpack.js';
import { SPECS, weightsOf } from './networks.js';

/** All finite float16 that are not negative, in order: their bits count up with their values. */
const HALVES = Array.from({ length: 0x7c00 }, (_, bits) => fromHalf(bits));

describe('float16', () => {
  it('has the values of the standard at its corners', () => {
    const corners = [
      [0x0001, 2 ** -24],
      [0x03ff, (1023 / 1024) * 2 ** -14],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x7bff, 65_504],
      [0xc000, -2],
    ] as const;
    for (const [bits, value] of corners) {
      assert.equal(fromHalf(bits), value);
      assert.equal(toHalf(value), bits);
    }
  });

  it('every value comes back, and values in between become the nearest', () => {
    for (let bits = 0; bits < 0x7c00; bits++) {
      assert.equal(toHalf(fromHalf(bits)), bits);
      assert.equal(toHalf(-fromHalf(bits)), bits | 0x8000);
    }
    fc.assert(
      fc.property(fc.float({ min: 0, max: 65_504, noNaN: true }), (value) => {
        const found = Math.abs(fromHalf(toHalf(value)) - value);
        const at = toHalf(value);
        const others = [HALVES[at - 1], HALVES[at + 1]].filter((other) => other !== undefined);
        for (const other of others) assert.ok(found <= Math.abs(other - value));
      }),
      { numRuns: 2000 },
    );
  });

  it('a tie becomes the even one, and what is too large the largest', () => {
    assert.equal(toHalf(1 + 2 ** -11), 0x3c00);
    assert.equal(toHalf(1 + 3 * 2 ** -11), 0x3c02);
    assert.equal(toHalf(1e6), 0x7bff);
  });
});

describe('packed networks', () => {
  for (const spec of SPECS) {
    it(`${spec.name} comes back as float16, each weight within half a unit in the last place`, async () => {
      const weights = weightsOf(spec);
      const { layers } = await unpack(pack(spec, weights, 'float16'));
      const found = layers.flatMap(({ kernel, bias }) => (kernel.length > 0 ? [kernel, bias] : []));
      assert.equal(found.length, weights.length);
      for (const [i, values] of found.entries())
        for (const [k, value] of values.entries())
          assert.ok(Math.abs(value - weights[i]![k]!) <= Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
    });
  }

  it('in steps, sums over the weights of a unit keep within a step of what they were', async () => {
    const spec = withoutSharing(cnn('wide', 16, 4));
    const weights = weightsOf(spec);
    const { layers } = await unpack(pack(spec, weights, 'steps'));
    const at = layerShapes(spec).findIndex(({ name }) => name === 'local2');
    const { kernel, layer } = layers[at]!;
    const steps = stepsOf(layer.kind, kernel.length, 'steps')!;
    assert.equal(steps, 31);
    const [original, filters, inputs] = [weights[2]!, 16, 9 * 16];
    for (const unit of [0, 5, 16 * 500 + 3]) {
      const [position, filter] = [Math.floor(unit / filters), unit % filters];
      const indices = Array.from(
        { length: inputs },
        (_, i) => position * inputs * filters + i * filters + filter,
      );
      const step = Math.max(...indices.map((i) => Math.abs(original[i]!))) / steps;
      let [now, before] = [0, 0];
      for (const i of indices) {
        now += kernel[i]!;
        before += original[i]!;
        assert.ok(Math.abs(kernel[i]! - original[i]!) <= 1.1 * step, 'each weight');
        assert.ok(Math.abs(now - before) <= 0.6 * step, 'the sum so far');
      }
    }
  });

  it('is refused where it holds other weights', async () => {
    const [first, second] = SPECS;
    const { data } = pack(first!, weightsOf(first!), 'float16');
    await assert.rejects(unpack({ spec: second!, precision: 'float16', data }), RangeError);
  });
});
