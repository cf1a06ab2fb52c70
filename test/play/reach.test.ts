import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { forward, layerShapes, weightShapes, withoutSharing } from '../../src/models/index.js';
import { inputGradient } from '../../src/play/gradient.js';
import { networkOf, scaled } from '../../src/play/network.js';
import { pixelsOf, sizeOfArea, unitsOf } from '../../src/play/reach.js';
import { assertClose } from '../support/numbers.js';
import { flat, SPECS, shapes, tiny, weightsOf } from './networks.js';

const image = scaled(shapes.test.images.subarray(0, IMAGE_BYTES));

describe('who sees whom', () => {
  before(() => startEngine('wasm'));

  for (const spec of SPECS) {
    it(`the gradients of ${spec.name} by the image are those of the engine, layer by layer`, () => {
      const weights = weightsOf(spec);
      for (const [last, { name, outputShape }] of layerShapes(spec).entries()) {
        const size = outputShape.reduce((product: number, n) => product * n, 1);
        const outputs = [Math.floor(size / 3), Math.floor(size / 2)];
        const expected = tf.tidy(() => {
          const tensors = weightShapes(spec).map(({ shape }, i) => tf.tensor(weights[i]!, [...shape]));
          const picks = tf.tensor1d(Array.from({ length: size }, (_, i) => Number(outputs.includes(i))));
          const picked = (x: tf.Tensor) => {
            const y = tf.reshape(forward(spec, tensors, x, { upTo: last + 1 }), [-1]);
            return tf.sum(tf.mul(y, picks)) as tf.Scalar;
          };
          const gradient = tf.grad((x) => picked(x))(tf.tensor(image, [1, 32, 32, 3]));
          return tf.sum(tf.abs(gradient), [0, 3]).dataSync() as Float32Array;
        });
        const found = inputGradient(networkOf(spec, weights), image, last, outputs);
        assertClose(found, expected, 1e-4, name);
      }
    });
  }

  it('what a unit sees lies inside what the formula allows, and reaches its border', () => {
    for (const spec of [tiny, withoutSharing(tiny)]) {
      const network = networkOf(spec, weightsOf(spec));
      for (const [layer, size] of [
        [0, 3],
        [1, 5],
        [2, 6],
        [4, 14],
      ] as const) {
        const { area, strength } = pixelsOf(network, image, layer, { x: 16, y: 16 });
        assert.equal(sizeOfArea(area), size * size);
        strength.forEach((value, i) => {
          const [x, y] = [i % 32, Math.floor(i / 32)];
          const inside = x >= area.x[0] && x < area.x[1] && y >= area.y[0] && y < area.y[1];
          assert.ok(inside || value === 0, `layer ${layer}: pixel ${x}, ${y}`);
        });
      }
    }
  });

  it('a pixel changes only units that see it: the two questions are one', () => {
    const network = networkOf(tiny, weightsOf(tiny));
    for (const layer of [1, 2, 4]) {
      const { area, strength, shape } = unitsOf(network, image, layer, { x: 9, y: 20 });
      strength.forEach((value, i) => {
        const [x, y] = [i % shape[1], Math.floor(i / shape[1])];
        const inside = x >= area.x[0] && x < area.x[1] && y >= area.y[0] && y < area.y[1];
        assert.ok(inside || value === 0, `layer ${layer}: position ${x}, ${y}`);
        const jump = 32 / shape[1];
        const seen = pixelsOf(network, image, layer, { x: x * jump, y: y * jump }).area;
        const sees = seen.x[0] <= 9 && 9 < seen.x[1] && seen.y[0] <= 20 && 20 < seen.y[1];
        assert.equal(sees, inside, `layer ${layer}: position ${x}, ${y}`);
      });
    }
  });

  it('a dense unit sees every pixel, and a pixel changes every unit that is not at rest', () => {
    const network = networkOf(flat, weightsOf(flat));
    assert.equal(sizeOfArea(pixelsOf(network, image, 1, { x: 3, y: 3 }).area), 1024);
    const { shape, area } = unitsOf(network, image, 1, { x: 3, y: 3 });
    assert.deepEqual([shape, sizeOfArea(area)], [[1, 96], 96]);
  });
});
